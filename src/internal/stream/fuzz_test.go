package stream_test

import (
	"encoding/json"
	"testing"

	"github.com/bitpin/exchange/src/internal/marketdata"
	"github.com/bitpin/exchange/src/internal/stream"
)

// Whatever a client sends is answered once, with JSON that carries an id.
func FuzzMessage(f *testing.F) {
	for _, text := range []string{
		``, `null`, `[]`, `{}`, `{"id":1}`, `{"id":"x","method":"ping"}`, `{"id":null,"method":"time","params":{}}`,
		`{"method":"SUBSCRIBE","params":["btcusdt@trade","!ticker@arr"],"id":1}`, `{"method":"SUBSCRIBE","params":[null],"id":-1}`,
		`{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":9223372036854775808}`, `{"method":"LIST_SUBSCRIPTIONS","params":null}`,
		`{"method":"SET_PROPERTY","params":["combined",true],"id":1}`, `{"method":"GET_PROPERTY","params":["combined"],"id":1}`,
		`{"id":1,"method":"userDataStream.unsubscribe","params":{"subscriptionId":"1"}}`, `{"id":1,"method":"session.subscriptions"}`,
		`{"id":1,"method":"userDataStream.subscribe.signature","params":{"apiKey":"","timestamp":null,"signature":[],"recvWindow":1e9}}`,
		signedSubscribe("alice-key", "alice-secret", frozenMillis),
	} {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	c := newCatalog()
	options := stream.Options{Catalog: c, View: marketdata.New(c.Markets()), Accounts: newAccounts(), Books: &history{}}
	frozen(&options, nil)
	hub := stream.NewHub(options)
	f.Fuzz(func(t *testing.T, text []byte, api bool) {
		answers := hub.Ask(text, api)
		if len(answers) != 1 {
			t.Fatalf("%d answers", len(answers))
		}
		var answer map[string]json.RawMessage
		if err := json.Unmarshal(answers[0], &answer); err != nil || answer["id"] == nil {
			t.Errorf("%q is answered with %s", text, answers[0])
		}
		if hub.Listened() != 0 {
			t.Error("a subscription is left over")
		}
	})
}
