package trading

import (
	"crypto/sha256"
	"time"
)

// PeerSkew is how far the time of a forwarded command may be from ours.
const PeerSkew = peerSkew

// Gate is what remembers the signatures of forwarded commands.
type Gate struct{ gate *gate }

// NewGate makes an empty one.
func NewGate() Gate { return Gate{newGate(nil)} }

// First reports whether a signature is seen for the first time.
func (g Gate) First(signature [sha256.Size]byte, now time.Time) bool {
	return g.gate.first(signature, now)
}

// Len returns how many signatures are remembered.
func (g Gate) Len() int { return len(g.gate.young) + len(g.gate.old) }
