package postgres

import (
	"strconv"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestMadeUpKeysPushOutNoneThatIsUsed(t *testing.T) {
	t.Parallel()
	cache, now := newKeyCache(), time.Unix(1000, 0)
	_, _, _, ticket := cache.get("used", now)
	cache.put("used", exchange.APIKey{Key: "used"}, true, now, ticket)
	for i := range 10 * maxKeys {
		cache.put(strconv.Itoa(i), exchange.APIKey{}, false, now, ticket)
	}
	if _, exists, cached, _ := cache.get("used", now); !exists || !cached {
		t.Error("the key in use was pushed out")
	}
	if size := len(cache.unknown.young) + len(cache.unknown.old); size > 2*maxKeys {
		t.Errorf("%d made-up keys are remembered, want at most %d", size, 2*maxKeys)
	}
}

func TestOldKeysAreForgotten(t *testing.T) {
	t.Parallel()
	cache, now := newKeyCache(), time.Unix(1000, 0)
	for i := range 100 {
		cache.put(strconv.Itoa(i), exchange.APIKey{}, true, now, 0)
		now = now.Add(time.Second)
	}
	if size := len(cache.known.young) + len(cache.known.old); size > 10 {
		t.Errorf("%d keys are remembered, of which 5 are fresh", size)
	}
}

func TestAnswerThatARevocationOvertookIsNotRemembered(t *testing.T) {
	t.Parallel()
	cache, now := newKeyCache(), time.Unix(1000, 0)
	_, _, _, ticket := cache.get("key", now)
	cache.forget("key")
	cache.put("key", exchange.APIKey{Key: "key"}, true, now, ticket)
	if _, _, cached, _ := cache.get("key", now); cached {
		t.Error("the revoked key is remembered")
	}
}
