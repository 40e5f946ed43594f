package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// requestError is a refused request, in Binance's shape.
type requestError struct {
	Code    int    `json:"code"`
	Message string `json:"msg"`
}

func invalidRequest(format string, args ...any) *requestError {
	return &requestError{2, "Invalid request: " + fmt.Sprintf(format, args...)}
}

func invalidJSON(what string) *requestError { return &requestError{3, "Invalid JSON: " + what} }

// refusal answers a request that failed. Clients written to Binance's documentation
// look at code and msg, others at the error that Binance really sends.
type refusal struct {
	requestError
	Error *requestError   `json:"error"`
	ID    json.RawMessage `json:"id"`
}

type success struct {
	Result any             `json:"result"`
	ID     json.RawMessage `json:"id"`
}

var null = json.RawMessage("null")

// message is a client's request. Params depends on the method.
type message struct {
	id     json.RawMessage
	method string
	params json.RawMessage
}

// parseMessage reads a request. The id is usable even if there is an error.
func parseMessage(text []byte) (m message, problem *requestError) {
	m.id = null
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return m, invalidJSON(fmt.Sprintf("%s at byte %d", syntax, syntax.Offset))
		}
		return m, invalidRequest("expected an object")
	}
	if id, has := fields["id"]; has {
		if !validID(id) {
			return m, invalidRequest("request ID must be an integer, a string of at most 36 characters, or null")
		}
		m.id = id
	}
	for name := range fields {
		if name != "id" && name != "method" && name != "params" {
			return m, invalidRequest("unknown field `%.32s`", name)
		}
	}
	method, has := fields["method"]
	if !has {
		return m, invalidRequest("missing field `method`")
	}
	if json.Unmarshal(method, &m.method) != nil {
		return m, invalidRequest("`method` must be a string")
	}
	m.params = fields["params"]
	if bytes.Equal(m.params, null) {
		m.params = nil
	}
	return m, nil
}

func validID(id json.RawMessage) bool {
	var number int64
	var text string
	switch {
	case bytes.Equal(id, null), json.Unmarshal(id, &number) == nil:
		return true
	default:
		return json.Unmarshal(id, &text) == nil && len(text) <= 36
	}
}

// serveControl answers a message on a stream connection. A bad one changes nothing.
func (h *Hub) serveControl(c *conn, text []byte) {
	m, problem := parseMessage(text)
	h.mu.Lock()
	defer h.mu.Unlock()
	var result any
	if problem == nil {
		result, problem = h.control(c, m)
	}
	// Under the lock, so that the answer precedes the events that it promises.
	if problem != nil {
		c.push(encode(refusal{*problem, problem, m.id}))
		return
	}
	c.push(encode(success{result, m.id}))
}

func (h *Hub) control(c *conn, m message) (result any, problem *requestError) {
	switch m.method {
	case "SUBSCRIBE", "UNSUBSCRIBE":
		var names []string
		if json.Unmarshal(m.params, &names) != nil || len(names) == 0 {
			return nil, invalidRequest("`params` must be a list of stream names")
		}
		if m.method == "SUBSCRIBE" {
			return nil, h.subscribe(c, names)
		}
		h.unsubscribe(c, names)
		return nil, nil
	case "LIST_SUBSCRIPTIONS":
		if m.params != nil && !bytes.Equal(m.params, []byte("[]")) {
			return nil, invalidRequest("too many parameters")
		}
		names := make([]string, 0, len(c.topics))
		for t := range maps.Keys(c.topics) {
			names = append(names, t.name)
		}
		slices.Sort(names)
		return names, nil
	case "SET_PROPERTY", "GET_PROPERTY":
		return c.property(m)
	}
	return nil, invalidRequest("unknown variant `%.32s`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`", m.method)
}

// property reads or sets the one property that there is: whether events come in
// envelopes.
func (c *conn) property(m message) (result any, problem *requestError) {
	var params []json.RawMessage
	var name string
	if json.Unmarshal(m.params, &params) != nil || len(params) == 0 || json.Unmarshal(params[0], &name) != nil {
		return nil, invalidRequest("property name must be a string")
	}
	wanted := 1
	if m.method == "SET_PROPERTY" {
		wanted = 2
	}
	switch {
	case name != "combined":
		return nil, &requestError{0, "Unknown property"}
	case len(params) > wanted:
		return nil, invalidRequest("too many parameters")
	case m.method == "GET_PROPERTY":
		return c.combined, nil
	}
	var value *bool
	if len(params) < wanted || json.Unmarshal(params[1], &value) != nil || value == nil {
		return nil, &requestError{1, "Invalid value type: expected Boolean"}
	}
	c.combined = *value
	return nil, nil
}
