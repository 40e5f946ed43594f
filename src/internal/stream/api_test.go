package stream_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestRequestsOfTheWebSocketAPI(t *testing.T) {
	t.Parallel()
	signed := func(params string, payload, secret string) string {
		return fmt.Sprintf(`{"id":1,"method":"userDataStream.subscribe.signature","params":{%s,"signature":"%s"}}`, params, hmacHex(secret, payload))
	}
	const key, stamp = `"apiKey":"alice-key"`, `"timestamp":1700000000123`
	const payload = "apiKey=alice-key&timestamp=1700000000123"
	cases := map[string]struct{ request, want string }{
		"ping":    {`{"id":"a1","method":"ping"}`, `{"id":"a1","status":200,"result":{}}`},
		"version": {`{"id":7,"method":"v3/ping","params":{}}`, `{"id":7,"status":200,"result":{}}`},
		"time":    {`{"id":null,"method":"time"}`, `{"id":null,"status":200,"result":{"serverTime":1700000000123}}`},
		"unknown method": {`{"id":1,"method":"order.place"}`,
			`{"id":1,"status":400,"error":{"code":-1020,"msg":"This operation is not supported; methods are ping, time, userDataStream.subscribe.signature, userDataStream.unsubscribe and session.subscriptions."}}`},
		"not JSON":        {`{"id":1,`, `{"id":null,"status":400,"error":{"code":3,"msg":"Invalid JSON: unexpected end of JSON input at byte 8"}}`},
		"params a list":   {`{"id":1,"method":"ping","params":[1]}`, `{"id":1,"status":400,"error":{"code":-1102,"msg":"'params' must be an object."}}`},
		"number quoted":   {signed(key+`,"timestamp":"1700000000123"`, payload, "alice-secret"), `{"id":1,"status":200,"result":{"subscriptionId":0}}`},
		"upper-case hex":  {`{"id":1,"method":"userDataStream.subscribe.signature","params":{` + key + `,` + stamp + `,"signature":"` + upper(hmacHex("alice-secret", payload)) + `"}}`, `{"id":1,"status":200,"result":{"subscriptionId":0}}`},
		"percent-encoded": {signed(key+`,"note":"a b",`+stamp, "apiKey=alice-key&note=a+b&timestamp=1700000000123", "alice-secret"), `{"id":1,"status":200,"result":{"subscriptionId":0}}`},
		"plain":           {signed(key+`,"note":"a b",`+stamp, "apiKey=alice-key&note=a b&timestamp=1700000000123", "alice-secret"), `{"id":1,"status":200,"result":{"subscriptionId":0}}`},
		"window":          {signed(key+`,"recvWindow":60000,"timestamp":1699999940123`, "apiKey=alice-key&recvWindow=60000&timestamp=1699999940123", "alice-secret"), `{"id":1,"status":200,"result":{"subscriptionId":0}}`},
		"no key":          {signed(stamp, "timestamp=1700000000123", "alice-secret"), refusedAPI(400, -1102, "Mandatory parameter 'apiKey' was not sent, was empty/null, or malformed.")},
		"no timestamp":    {signed(key, "apiKey=alice-key", "alice-secret"), refusedAPI(400, -1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.")},
		"no signature":    {`{"id":1,"method":"userDataStream.subscribe.signature","params":{` + key + `,` + stamp + `}}`, refusedAPI(400, -1102, "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.")},
		"no params":       {`{"id":1,"method":"userDataStream.subscribe.signature"}`, refusedAPI(400, -1102, "Mandatory parameter 'apiKey' was not sent, was empty/null, or malformed.")},
		"timestamp a word": {signed(key+`,"timestamp":"soon"`, "apiKey=alice-key&timestamp=soon", "alice-secret"),
			refusedAPI(400, -1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.")},
		"parameter an object": {signed(key+`,"x":{},`+stamp, payload, "alice-secret"), refusedAPI(400, -1102, "Mandatory parameter 'x' was not sent, was empty/null, or malformed.")},
		"unknown key":         {signed(`"apiKey":"mallory",`+stamp, "apiKey=mallory&timestamp=1700000000123", "alice-secret"), refusedAPI(401, -2015, "Invalid API-key, IP, or permissions for action.")},
		"scope":               {signed(`"apiKey":"blind-key",`+stamp, "apiKey=blind-key&timestamp=1700000000123", "blind-secret"), refusedAPI(401, -2015, "Invalid API-key, IP, or permissions for action.")},
		"wrong secret":        {signed(key+","+stamp, payload, "bob-secret"), refusedAPI(400, -1022, "Signature for this request is not valid.")},
		"another payload":     {signed(key+","+stamp, payload+"0", "alice-secret"), refusedAPI(400, -1022, "Signature for this request is not valid.")},
		"signature not hex": {`{"id":1,"method":"userDataStream.subscribe.signature","params":{` + key + `,` + stamp + `,"signature":"zz"}}`,
			refusedAPI(400, -1022, "Signature for this request is not valid.")},
		"something after the signature": {`{"id":1,"method":"userDataStream.subscribe.signature","params":{` + key + `,` + stamp + `,"signature":"` + hmacHex("alice-secret", payload) + `zz"}}`,
			refusedAPI(400, -1022, "Signature for this request is not valid.")},
		"stale": {signed(key+`,"timestamp":1699999995122`, "apiKey=alice-key&timestamp=1699999995122", "alice-secret"),
			refusedAPI(400, -1021, "Timestamp for this request is outside of the recvWindow.")},
		"ahead": {signed(key+`,"timestamp":1700000001124`, "apiKey=alice-key&timestamp=1700000001124", "alice-secret"),
			refusedAPI(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.")},
		"window too wide": {signed(key+`,"recvWindow":60001,`+stamp, "apiKey=alice-key&recvWindow=60001&timestamp=1700000000123", "alice-secret"),
			refusedAPI(400, -1131, "recvWindow must be from 0 to 60000.")},
		"nothing to end": {`{"id":1,"method":"userDataStream.unsubscribe"}`, refusedAPI(400, -2036, "User Data Stream subscription not active.")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := setup(t, frozen).dial("/ws-api/v3")
			if got := client.ask(c.request); got != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", c.request, got, c.want)
			}
			if got := client.ask(`{"id":"still","method":"ping"}`); got != `{"id":"still","status":200,"result":{}}` {
				t.Errorf("the connection does not answer any more: %s", got)
			}
		})
	}
}

func TestAKeyThatCannotBeLookedUpIsNotAnUnknownKey(t *testing.T) {
	t.Parallel()
	b := setup(t, frozen)
	c := b.dial("/ws-api/v3")
	b.accounts.failWith(errors.New("connection refused"))
	if got, want := c.ask(signedSubscribe("alice-key", "alice-secret", frozenMillis)), `{"id":"u","status":500,"error":{"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.accounts.failWith(nil)
	if got := c.ask(signedSubscribe("alice-key", "alice-secret", frozenMillis)); !strings.Contains(got, `"status":200`) {
		t.Error(got)
	}
}

func refusedAPI(status, code int, message string) string {
	return fmt.Sprintf(`{"id":1,"status":%d,"error":{"code":%d,"msg":%q}}`, status, code, message)
}

func upper(hex string) string { return fmt.Sprintf("%X", unhex(hex)) }

func unhex(text string) (b []byte) {
	_, _ = fmt.Sscanf(text, "%x", &b)
	return b
}
