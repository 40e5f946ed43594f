package trading

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	peerTimeHeader      = "X-Peer-Time"
	peerNonceHeader     = "X-Peer-Nonce"
	peerSignatureHeader = "X-Peer-Signature"
)

// peerSkew bounds how far the time of a forwarded command may be from ours.
const peerSkew = 10 * time.Second

// sign signs a command for the replica that it is forwarded to.
func sign(h http.Header, key, body []byte) {
	at, nonce := strconv.FormatInt(time.Now().UnixMilli(), 10), rand.Text()
	mac := peerMAC(key, at, nonce, body)
	h.Set(peerTimeHeader, at)
	h.Set(peerNonceHeader, nonce)
	h.Set(peerSignatureHeader, hex.EncodeToString(mac[:]))
}

func peerMAC(key []byte, at, nonce string, body []byte) (mac [sha256.Size]byte) {
	h := hmac.New(sha256.New, key)
	for _, part := range []string{at, nonce} {
		h.Write([]byte(part))
		h.Write([]byte{'\n'})
	}
	h.Write(body)
	h.Sum(mac[:0])
	return mac
}

// gate admits each command that a replica has signed once, so that nobody can
// execute one again by repeating what it has seen on the network.
type gate struct {
	key []byte

	mu         sync.Mutex
	young, old map[[sha256.Size]byte]struct{} // signatures seen
	turned     time.Time                      // when young became old
}

func newGate(key []byte) *gate {
	return &gate{key: key, young: map[[sha256.Size]byte]struct{}{}}
}

// admit reports whether a command is a replica's, fresh and new.
func (g *gate) admit(h http.Header, body []byte) bool {
	at := h.Get(peerTimeHeader)
	millis, err := strconv.ParseInt(at, 10, 64)
	if err != nil || time.Since(time.UnixMilli(millis)).Abs() > peerSkew {
		return false
	}
	mac := peerMAC(g.key, at, h.Get(peerNonceHeader), body)
	signature, err := hex.DecodeString(h.Get(peerSignatureHeader))
	return err == nil && hmac.Equal(mac[:], signature) && g.first(mac, time.Now())
}

// first reports whether a signature is seen for the first time. It is remembered
// for longer than its command is fresh.
func (g *gate) first(mac [sha256.Size]byte, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.turned) > 2*peerSkew {
		g.young, g.old, g.turned = map[[sha256.Size]byte]struct{}{}, g.young, now
	}
	_, isYoung := g.young[mac]
	_, isOld := g.old[mac]
	g.young[mac] = struct{}{}
	return !isYoung && !isOld
}
