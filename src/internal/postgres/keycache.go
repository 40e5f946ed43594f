package postgres

import (
	"sync"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	keyLifetime = 5 * time.Second // a revoked key works that much longer on other replicas
	maxKeys     = 10_000          // of a generation
)

// keyCache remembers API keys for keyLifetime, and for as long that a key does not
// exist. Keys that exist and keys that do not are kept apart, so that a stranger who
// makes keys up pushes out none that somebody uses.
type keyCache struct {
	mu      sync.Mutex
	known   generations
	unknown generations
	changes uint64
}

type cachedKey struct {
	key exchange.APIKey
	at  time.Time // when the database was asked
}

func newKeyCache() keyCache { return keyCache{} }

// get returns what the database said of a key, if that is fresh enough. Else it
// returns a ticket for put.
func (c *keyCache) get(key string, now time.Time) (found exchange.APIKey, exists, cached bool, ticket uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry, ok := c.known.get(key, now); ok {
		return entry.key, true, true, 0
	}
	_, cached = c.unknown.get(key, now)
	return exchange.APIKey{}, false, cached, c.changes
}

// put remembers the answer of a lookup that began at a time and with get's ticket.
// If keys were made or revoked here meanwhile, the answer may be an older one.
func (c *keyCache) put(key string, found exchange.APIKey, exists bool, at time.Time, ticket uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case ticket != c.changes:
	case exists:
		c.known.put(key, cachedKey{found, at})
	default:
		c.unknown.put(key, cachedKey{at: at})
	}
}

// forget drops a key that was made or revoked.
func (c *keyCache) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	c.known.remove(key)
	c.unknown.remove(key)
}

// generations is a map that forgets: when the younger half is full or as old as a
// key may get, it becomes the older half, and the one before that goes.
type generations struct {
	young, old map[string]cachedKey
	began      time.Time
}

func (g *generations) get(key string, now time.Time) (cachedKey, bool) {
	entry, ok := g.young[key]
	if !ok {
		entry, ok = g.old[key]
	}
	return entry, ok && now.Sub(entry.at) < keyLifetime
}

func (g *generations) put(key string, entry cachedKey) {
	if g.young == nil || len(g.young) >= maxKeys || entry.at.Sub(g.began) >= keyLifetime {
		g.young, g.old, g.began = map[string]cachedKey{}, g.young, entry.at
	}
	g.young[key] = entry
}

func (g *generations) remove(key string) {
	delete(g.young, key)
	delete(g.old, key)
}
