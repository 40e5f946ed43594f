package stream

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// keyTimeout bounds the look-up of an API key.
const keyTimeout = 5 * time.Second

// apiError is a refused request of /ws-api/v3: an HTTP status and Binance's error.
type apiError struct {
	status  int
	code    int
	message string
}

type apiResponse struct {
	ID     json.RawMessage `json:"id"`
	Status int             `json:"status"`
	Result any             `json:"result,omitempty"`
	Error  *requestError   `json:"error,omitempty"`
}

// subscriptionResult names a user data subscription.
type subscriptionResult struct {
	ID int `json:"subscriptionId"`
}

// serveRequest answers a request on /ws-api/v3.
func (h *Hub) serveRequest(c *conn, text []byte) {
	m, bad := parseMessage(text)
	if bad != nil {
		c.refuseRequest(m.id, &apiError{400, bad.Code, bad.Message})
		return
	}
	params := map[string]json.RawMessage{}
	if m.params != nil && json.Unmarshal(m.params, &params) != nil {
		c.refuseRequest(m.id, &apiError{400, -1102, "'params' must be an object."})
		return
	}
	switch strings.TrimPrefix(m.method, "v3/") {
	case "ping":
		c.answer(m.id, struct{}{})
	case "time":
		c.answer(m.id, map[string]exchange.Millis{"serverTime": h.now()})
	case "userDataStream.subscribe.signature":
		h.serveSubscribe(c, m.id, params)
	case "userDataStream.unsubscribe":
		h.serveUnsubscribe(c, m.id, params)
	case "session.subscriptions":
		h.locked(func() {
			list := make([]subscriptionResult, 0, len(c.accounts))
			for _, s := range c.accounts {
				list = append(list, subscriptionResult{s.id})
			}
			c.answer(m.id, list)
		})
	default:
		c.refuseRequest(m.id, &apiError{400, -1020, "This operation is not supported; methods are ping, time, " +
			"userDataStream.subscribe.signature, userDataStream.unsubscribe and session.subscriptions."})
	}
}

func (c *conn) answer(id json.RawMessage, result any) {
	c.push(encode(apiResponse{ID: id, Status: 200, Result: result}))
}

func (c *conn) refuseRequest(id json.RawMessage, problem *apiError) {
	c.push(encode(apiResponse{ID: id, Status: problem.status, Error: &requestError{problem.code, problem.message}}))
}

// serveSubscribe begins an account's events for whoever signs with one of its keys.
func (h *Hub) serveSubscribe(c *conn, id json.RawMessage, params map[string]json.RawMessage) {
	ctx, cancel := context.WithTimeout(c.ctx, keyTimeout)
	defer cancel()
	key, problem := h.authenticate(ctx, params)
	if problem != nil {
		c.refuseRequest(id, problem)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s, problem := h.subscribeAccount(c, key)
	if problem != nil {
		c.refuseRequest(id, problem)
		return
	}
	// Under the lock, so that the answer precedes the first event.
	c.answer(id, subscriptionResult{s.id})
}

// serveUnsubscribe ends one subscription, or all if none is named.
func (h *Hub) serveUnsubscribe(c *conn, id json.RawMessage, params map[string]json.RawMessage) {
	which, problem := optionalInteger(params, "subscriptionId", -1)
	if problem != nil {
		c.refuseRequest(id, problem)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	found := false
	for _, s := range append([]*subscription(nil), c.accounts...) {
		if which == -1 || int64(s.id) == which {
			h.leaveAccount(s)
			found = true
		}
	}
	if !found {
		c.refuseRequest(id, &apiError{400, -2036, "User Data Stream subscription not active."})
		return
	}
	c.answer(id, struct{}{})
}

type terminatedEvent struct {
	Event string          `json:"e"`
	Time  exchange.Millis `json:"E"`
}

// checkKeys ends the subscriptions whose API key may no longer read the account.
func (h *Hub) checkKeys(c *conn) {
	if !c.api {
		return
	}
	var subscriptions []*subscription
	h.locked(func() { subscriptions = append(subscriptions, c.accounts...) })
	for _, s := range subscriptions {
		ctx, cancel := context.WithTimeout(c.ctx, keyTimeout)
		key, err := h.options.Accounts.APIKey(ctx, s.key)
		cancel()
		switch {
		case err == nil && key.Scopes.Has(exchange.ScopeRead):
			continue
		case err != nil && exchange.CodeOf(err) != exchange.CodeUnauthorized:
			continue // the database is away; ask again with the next ping
		}
		h.locked(func() {
			h.leaveAccount(s)
			c.push(s.envelope(encode(terminatedEvent{"eventStreamTerminated", h.now()})))
		})
	}
}
