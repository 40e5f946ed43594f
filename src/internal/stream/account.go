package stream

import (
	"strconv"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// subscription is a connection's subscription to an account's own events.
type subscription struct {
	conn    *conn
	id      int
	key     string // the API key that signed for it
	account exchange.AccountID
}

// subscribeAccount adds an account's events to a connection.
func (h *Hub) subscribeAccount(c *conn, key exchange.APIKey) (*subscription, *apiError) {
	for _, s := range c.accounts {
		if s.account == key.Account {
			return nil, &apiError{400, -2035, "User Data Stream subscription already active."}
		}
	}
	if len(c.accounts) >= maxAccounts {
		return nil, &apiError{400, -1003, "Too many User Data Stream subscriptions on this connection."}
	}
	s := &subscription{conn: c, id: c.nextSubscription, key: key.Key, account: key.Account}
	c.nextSubscription++
	c.accounts = append(c.accounts, s)
	if h.accounts[s.account] == nil {
		h.accounts[s.account] = map[*subscription]struct{}{}
	}
	h.accounts[s.account][s] = struct{}{}
	h.options.Metrics.AddSubscriptions(1)
	return s, nil
}

// leaveAccount ends a subscription.
func (h *Hub) leaveAccount(s *subscription) {
	subscribers := h.accounts[s.account]
	if _, has := subscribers[s]; !has {
		return
	}
	delete(subscribers, s)
	if len(subscribers) == 0 {
		delete(h.accounts, s.account)
	}
	for i, other := range s.conn.accounts {
		if other == s {
			s.conn.accounts = append(s.conn.accounts[:i:i], s.conn.accounts[i+1:]...)
			break
		}
	}
	h.options.Metrics.AddSubscriptions(-1)
}

// publishAccounts sends the batch's changes to the accounts that somebody listens to:
// first what became of orders, then the balances.
func (h *Hub) publishAccounts(b *exchange.Batch) {
	if len(h.accounts) == 0 {
		return
	}
	now := h.now()
	for _, r := range h.executionReports(b, now) {
		h.sendAccount(r.account, r)
	}
	for _, p := range h.accountPositions(b, now) {
		h.sendAccount(p.account, p)
	}
}

func (h *Hub) sendAccount(account exchange.AccountID, event any) {
	raw := encode(event)
	for s := range h.accounts[account] {
		s.conn.push(s.envelope(raw))
	}
	h.options.Metrics.CountMessages(len(h.accounts[account]))
}

func (s *subscription) envelope(event []byte) []byte {
	b := make([]byte, 0, len(event)+40)
	b = append(b, `{"subscriptionId":`...)
	b = strconv.AppendInt(b, int64(s.id), 10)
	b = append(b, `,"event":`...)
	b = append(b, event...)
	return append(b, '}')
}

// accountPosition tells balances that may have changed.
type accountPosition struct {
	account  exchange.AccountID
	Event    string            `json:"e"`
	Time     exchange.Millis   `json:"E"`
	Updated  exchange.Millis   `json:"u"`
	Balances []positionBalance `json:"B"`
}

type positionBalance struct {
	Asset  string          `json:"a"`
	Free   exchange.Amount `json:"f"`
	Locked exchange.Amount `json:"l"`
}

// accountPositions returns one event for each account listened to whose balances
// the batch changed.
func (h *Hub) accountPositions(b *exchange.Batch, now exchange.Millis) []*accountPosition {
	var events []*accountPosition
	of := map[exchange.AccountID]*accountPosition{}
	for _, balance := range b.Balances {
		asset, known := h.options.Catalog.AssetByID(balance.Asset)
		if _, heard := h.accounts[balance.Account]; !heard || !known {
			continue
		}
		p := of[balance.Account]
		if p == nil {
			p = &accountPosition{account: balance.Account, Event: "outboundAccountPosition", Time: now, Updated: b.At}
			of[balance.Account] = p
			events = append(events, p)
		}
		p.Balances = append(p.Balances, positionBalance{asset.Code, balance.Available, balance.Locked})
	}
	return events
}
