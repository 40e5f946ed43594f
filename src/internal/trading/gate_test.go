package trading_test

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/trading"
)

func signature(n uint64) (s [sha256.Size]byte) {
	binary.LittleEndian.PutUint64(s[:], n)
	return s
}

// A command may be dated PeerSkew ahead, and is fresh until PeerSkew after its date.
func TestSignatureIsRememberedAsLongAsItsCommandIsFresh(t *testing.T) {
	t.Parallel()
	const step = trading.PeerSkew / 10
	for seen := range 50 { // steps after the beginning, wherever the generations turn
		for age := range 21 { // steps until it comes again
			g, begin := trading.NewGate(), time.Now()
			for i := range seen + age {
				if i == seen && !g.First(signature(1), begin.Add(time.Duration(i)*step)) {
					t.Fatal("a new signature was refused")
				}
				g.First(signature(uint64(1000+i)), begin.Add(time.Duration(i)*step)) // others come all the time
			}
			if age > 0 && g.First(signature(1), begin.Add(time.Duration(seen+age)*step)) {
				t.Fatalf("seen at step %d, forgotten %d steps later", seen, age)
			}
		}
	}
}

func TestSignaturesAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	const perStep, step = 10, trading.PeerSkew / 10
	g, now, n, most := trading.NewGate(), time.Now(), uint64(0), 0
	for range 1000 {
		for range perStep {
			n++
			g.First(signature(n), now)
		}
		most = max(most, g.Len())
		now = now.Add(step)
	}
	if limit := perStep * (4*10 + 4); most > limit {
		t.Errorf("%d signatures were remembered at a time, want at most %d", most, limit)
	}
}
