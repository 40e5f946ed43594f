package trading

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// PeerPath is where a replica takes forwarded commands.
const PeerPath = "/commands"

const (
	maxPeerBody   = 64 << 10
	maxPeerAnswer = 16 << 20
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
		DialContext: dialer.DialContext, MaxConnsPerHost: 256, MaxIdleConnsPerHost: 256, IdleConnTimeout: 30 * time.Second,
	}}}
}

func (f *forwarder) close() { f.client.CloseIdleConnections() }

// send forwards a command. Only what proves that the leader never took it is
// errNotLeading; a connection lost after sending leaves the outcome unknown.
func (f *forwarder) send(ctx context.Context, address string, command exchange.Command) (exchange.Outcome, error) {
	body, err := json.Marshal(command)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("encoding a command: %w", err)
	}
	// Without a connection nothing was sent. The transport sends again by itself only
	// if nothing was written to the connection that failed.
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+PeerPath, bytes.NewReader(body))
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("forwarding to %q: %w", address, err)
	}
	sign(req.Header, f.key, body)
	res, err := f.client.Do(req)
	switch {
	case err != nil && !connected.Load():
		return exchange.Outcome{}, errNotLeading
	case err != nil:
		return exchange.Outcome{}, exchange.ErrUnknownOutcome
	}
	defer res.Body.Close()
	return readReply(res)
}

// readReply reads the leader's answer. Any status but 200 says that the command was
// refused unseen: the leader is still starting, or the address is another's now.
func readReply(res *http.Response) (exchange.Outcome, error) {
	if res.StatusCode != http.StatusOK {
		return exchange.Outcome{}, errNotLeading
	}
	var r reply
	if err := json.NewDecoder(io.LimitReader(res.Body, maxPeerAnswer)).Decode(&r); err != nil {
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
