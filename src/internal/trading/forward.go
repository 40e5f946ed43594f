package trading

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// PeerPath is where a replica takes forwarded commands.
const PeerPath = "/commands"

const (
	peerTimeHeader      = "X-Peer-Time"
	peerSignatureHeader = "X-Peer-Signature"
	maxPeerBody         = 64 << 10
	maxPeerAnswer       = 16 << 20
)

// reply is what the leader answers a forwarded command with.
type reply struct {
	Outcome    exchange.Outcome `json:"outcome"`
	Error      *exchange.Error  `json:"error,omitempty"`
	NotLeading bool             `json:"notLeading,omitempty"`
}

// forwarder sends commands to the leading replica.
type forwarder struct {
	key    []byte
	client *http.Client
}

func newForwarder(key []byte) *forwarder {
	dialer := &net.Dialer{Timeout: time.Second}
	return &forwarder{key: key, client: &http.Client{Transport: &http.Transport{
		DialContext: dialer.DialContext, MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second,
	}}}
}

// send forwards a command. Only what proves that the leader never took it is
// errNotLeading; a connection lost after sending leaves the outcome unknown.
func (f *forwarder) send(ctx context.Context, address string, command exchange.Command) (exchange.Outcome, error) {
	body, err := json.Marshal(command)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("encoding a command: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+PeerPath, bytes.NewReader(body))
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("forwarding to %q: %w", address, err)
	}
	req.GetBody = nil // never sent twice behind our back
	at := strconv.FormatInt(time.Now().UnixMilli(), 10)
	req.Header.Set(peerTimeHeader, at)
	req.Header.Set(peerSignatureHeader, signPeer(f.key, at, body))
	res, err := f.client.Do(req)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			return exchange.Outcome{}, errNotLeading
		}
		return exchange.Outcome{}, exchange.ErrUnknownOutcome
	}
	defer res.Body.Close()
	var r reply
	if err := json.NewDecoder(io.LimitReader(res.Body, maxPeerAnswer)).Decode(&r); err != nil || res.StatusCode != http.StatusOK {
		return exchange.Outcome{}, exchange.ErrUnknownOutcome
	}
	switch {
	case r.NotLeading:
		return exchange.Outcome{}, errNotLeading
	case r.Error != nil:
		return exchange.Outcome{}, r.Error
	}
	return r.Outcome, nil
}
