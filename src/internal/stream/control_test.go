package stream_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestSubscribingAndUnsubscribing(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	for _, path := range []string{"/ws", "/ws/", "/ws/0", "/ws/17"} {
		c := b.dial(path)
		steps := []struct{ request, want string }{
			{`{"method":"LIST_SUBSCRIPTIONS","id":1}`, `{"result":[],"id":1}`},
			{`{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@depth","btcusdt@trade"],"id":"two"}`, `{"result":null,"id":"two"}`},
			{`{"method":"LIST_SUBSCRIPTIONS","params":[],"id":null}`, `{"result":["btcusdt@depth","btcusdt@trade"],"id":null}`},
			{`{"method":"UNSUBSCRIBE","params":["btcusdt@depth","ethusdt@trade","nonsense"]}`, `{"result":null,"id":null}`},
			{`{"method":"LIST_SUBSCRIPTIONS","id":5}`, `{"result":["btcusdt@trade"],"id":5}`},
			{`{"method":"GET_PROPERTY","params":["combined"],"id":6}`, `{"result":false,"id":6}`},
			{`{"method":"SET_PROPERTY","params":["combined",true],"id":7}`, `{"result":null,"id":7}`},
			{`{"method":"GET_PROPERTY","params":["combined"],"id":8}`, `{"result":true,"id":8}`},
		}
		for _, s := range steps {
			if got := c.ask(s.request); got != s.want {
				t.Errorf("%s: %s\ngot  %s\nwant %s", path, s.request, got, s.want)
			}
		}
	}
}

func TestEventsBeginAfterTheAnswerAndEndWithUnsubscribe(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.dial("/stream")
	tr := &trader{b: b}
	tr.trade(noon, "1", "1", exchange.Buy)
	if got := c.ask(`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}`); got != `{"result":null,"id":1}` {
		t.Fatal(got)
	}
	tr.trade(noon, "2", "1", exchange.Buy)
	if stream, _, raw := c.event(); stream != "btcusdt@trade" || !strings.Contains(string(raw), `"t":2,`) {
		t.Errorf("got %s", raw)
	}
	if got := c.ask(`{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":2}`); got != `{"result":null,"id":2}` {
		t.Fatal(got)
	}
	tr.trade(noon, "3", "1", exchange.Buy)
	b.eventually("the batch is published", func() bool { return b.metric("exchange_stream_sequence") == "3" })
	if got := c.ask(`{"method":"LIST_SUBSCRIPTIONS","id":3}`); got != `{"result":[],"id":3}` {
		t.Errorf("an event after the end: %s", got)
	}
	if got := b.metric("exchange_stream_subscriptions"); got != "0" {
		t.Errorf("%s subscriptions are counted", got)
	}
}

func TestBadMessagesGetAnErrorAndChangeNothing(t *testing.T) {
	t.Parallel()
	const variants = "expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`"
	const names = "stream names are lower-case symbols with @trade, @aggTrade, @depth, @depth5, @bookTicker, @kline_1m, @ticker or @miniTicker"
	cases := []struct {
		request string
		code    int
		message string
		id      string
	}{
		{`hello`, 3, "Invalid JSON: invalid character 'h' looking for beginning of value at byte 1", "null"},
		{``, 3, "Invalid JSON: unexpected end of JSON input at byte 0", "null"},
		{`[]`, 2, "Invalid request: expected an object", "null"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1} {}`, 3, "Invalid JSON: invalid character '{' after top-level value at byte 58", "null"},
		{`{"id":4}`, 2, "Invalid request: missing field `method`", "4"},
		{`{"method":7,"id":4}`, 2, "Invalid request: `method` must be a string", "4"},
		{`{"method":"subscribe","id":4}`, 2, "Invalid request: unknown variant `subscribe`, " + variants, "4"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1.5}`, 2, "Invalid request: request ID must be an integer, a string of at most 36 characters, or null", "null"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":{}}`, 2, "Invalid request: request ID must be an integer, a string of at most 36 characters, or null", "null"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":"` + strings.Repeat("x", 37) + `"}`, 2, "Invalid request: request ID must be an integer, a string of at most 36 characters, or null", "null"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1,"extra":2}`, 2, "Invalid request: unknown field `extra`", "1"},
		{`{"method":"SUBSCRIBE","id":1}`, 2, "Invalid request: `params` must be a list of stream names", "1"},
		{`{"method":"SUBSCRIBE","params":[],"id":1}`, 2, "Invalid request: `params` must be a list of stream names", "1"},
		{`{"method":"SUBSCRIBE","params":"btcusdt@trade","id":1}`, 2, "Invalid request: `params` must be a list of stream names", "1"},
		{`{"method":"SUBSCRIBE","params":[1],"id":1}`, 2, "Invalid request: `params` must be a list of stream names", "1"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@trade","BTCUSDT@trade"],"id":1}`, 2, "Invalid request: unknown stream `BTCUSDT@trade`; " + names, "1"},
		{`{"method":"SUBSCRIBE","params":["dogeusdt@trade"],"id":1}`, 2, "Invalid request: unknown stream `dogeusdt@trade`; " + names, "1"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@depth7"],"id":1}`, 2, "Invalid request: unknown stream `btcusdt@depth7`; " + names, "1"},
		{`{"method":"SUBSCRIBE","params":["btcusdt@kline_7m"],"id":1}`, 2, "Invalid request: unknown stream `btcusdt@kline_7m`; " + names, "1"},
		{`{"method":"SUBSCRIBE","params":["` + strings.Repeat("x", 100) + `"],"id":1}`, 2, "Invalid request: unknown stream `" + strings.Repeat("x", 64) + "`; " + names, "1"},
		{`{"method":"LIST_SUBSCRIPTIONS","params":["x"],"id":1}`, 2, "Invalid request: too many parameters", "1"},
		{`{"method":"GET_PROPERTY","params":["colour"],"id":1}`, 0, "Unknown property", "1"},
		{`{"method":"GET_PROPERTY","params":[7],"id":1}`, 2, "Invalid request: property name must be a string", "1"},
		{`{"method":"GET_PROPERTY","id":1}`, 2, "Invalid request: property name must be a string", "1"},
		{`{"method":"GET_PROPERTY","params":["combined",true],"id":1}`, 2, "Invalid request: too many parameters", "1"},
		{`{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}`, 1, "Invalid value type: expected Boolean", "1"},
		{`{"method":"SET_PROPERTY","params":["combined",null],"id":1}`, 1, "Invalid value type: expected Boolean", "1"},
		{`{"method":"SET_PROPERTY","params":["combined"],"id":1}`, 1, "Invalid value type: expected Boolean", "1"},
	}
	b := setup(t)
	for i, c := range cases {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			client := b.dial("/ws")
			message, _ := json.Marshal(c.message)
			want := fmt.Sprintf(`{"code":%d,"msg":%s,"error":{"code":%d,"msg":%s},"id":%s}`, c.code, message, c.code, message, c.id)
			if got := client.ask(c.request); got != want {
				t.Errorf("%s\ngot  %s\nwant %s", c.request, got, want)
			}
			if got := client.ask(`{"method":"LIST_SUBSCRIPTIONS","id":2}`); got != `{"result":[],"id":2}` {
				t.Errorf("after %s: %s", c.request, got)
			}
		})
	}
}

func TestConnectionsThatAskForNothingSensibleAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cases := []struct {
		path   string
		status int
		code   string
	}{
		{"/ws/btcusdt@nothing", 400, `{"code":2,`},
		{"/ws/btcusdt@trade/ethbtc@trade", 400, `{"code":2,`},
		{"/ws/pqia91ma19a5s61cv6a81va65sdf19v8", 400, `{"code":2,`}, // a listen key
		{"/stream?streams=btcusdt@trade/x", 400, `{"code":2,`},
		{"/ws/btcusdt@trade?timeUnit=MICROSECOND", 400, `{"code":2,"msg":"Invalid request: timeUnit must be MILLISECOND"}` + "\n"},
		{"/nowhere", 404, "404"},
	}
	for _, c := range cases {
		if status, body := b.refused(c.path); status != c.status || !strings.HasPrefix(body, c.code) {
			t.Errorf("%s: %d %s", c.path, status, body)
		}
	}
}
