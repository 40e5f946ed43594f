package stream

import (
	"encoding/json"
	"fmt"
)

// topic is a stream and who listens to it.
type topic struct {
	name        string
	subscribers map[*conn]struct{}
	fresh       bool   // somebody has subscribed since the last message: send the state
	opened      func() // called under the hub's lock when somebody subscribes
}

func (h *Hub) addTopic(name string) *topic {
	t := &topic{name: name, subscribers: map[*conn]struct{}{}}
	h.topics[name] = t
	return t
}

// heard reports whether anybody listens.
func (t *topic) heard() bool { return len(t.subscribers) > 0 }

// send gives an event to all who listen. It is encoded once, and once more if
// somebody wants it in an envelope.
func (h *Hub) send(t *topic, event any) {
	t.fresh = false
	if !t.heard() {
		return
	}
	raw := encode(event)
	var combined []byte
	for c := range t.subscribers {
		if !c.combined {
			c.push(raw)
			continue
		}
		if combined == nil {
			combined = envelope(t.name, raw)
		}
		c.push(combined)
	}
	h.options.Metrics.CountMessages(len(t.subscribers))
}

func envelope(stream string, data []byte) []byte {
	return encode(struct {
		Stream string          `json:"stream"`
		Data   json.RawMessage `json:"data"`
	}{stream, data})
}

// encode renders this package's own types, which always can be.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("stream: encoding %T: %v", v, err))
	}
	return b
}

// subscribe adds streams to a connection, all or none of them.
func (h *Hub) subscribe(c *conn, names []string) *requestError {
	topics := make([]*topic, 0, len(names))
	added := map[*topic]struct{}{}
	for _, name := range names {
		t := h.topic(name)
		if t == nil {
			return invalidRequest("unknown stream `%.64s`; stream names are lower-case symbols with @trade, @aggTrade, @depth, @depth5, @bookTicker, @kline_1m, @ticker or @miniTicker", name)
		}
		topics = append(topics, t)
		if _, has := c.topics[t]; !has {
			added[t] = struct{}{}
		}
	}
	if len(c.topics)+len(added) > maxStreams {
		return invalidRequest("too many streams; a connection can have %d", maxStreams)
	}
	for _, t := range topics {
		c.topics[t] = struct{}{}
		t.subscribers[c] = struct{}{}
		t.fresh = true
		if t.opened != nil {
			t.opened()
		}
	}
	h.options.Metrics.AddSubscriptions(len(added))
	return nil
}

// topic finds a stream by name, looking for new markets if it must.
func (h *Hub) topic(name string) *topic {
	if t := h.topics[name]; t != nil {
		return t
	}
	if len(h.options.Catalog.Markets()) != len(h.markets) {
		h.addMarkets()
	}
	return h.topics[name]
}

// unsubscribe takes streams off a connection; those that it does not have are
// ignored.
func (h *Hub) unsubscribe(c *conn, names []string) {
	for _, name := range names {
		if t := h.topics[name]; t != nil {
			h.leave(c, t)
		}
	}
}

func (h *Hub) leave(c *conn, t *topic) {
	if _, has := c.topics[t]; has {
		delete(c.topics, t)
		delete(t.subscribers, c)
		h.options.Metrics.AddSubscriptions(-1)
	}
}
