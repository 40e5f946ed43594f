package rest_test

import (
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

// The examples of Binance's documentation, section "Signed endpoint security".
func TestBinancesOwnExamplesAreAccepted(t *testing.T) {
	t.Parallel()
	const allTogether = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
	const mixed = "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
	const order, rest1 = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC", "quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
	for name, test := range map[string]struct{ query, body string }{
		"as a form":                 {"", order + "&" + rest1 + "&signature=" + allTogether},
		"as a query":                {order + "&" + rest1 + "&signature=" + allTogether, ""},
		"in upper case":             {order + "&" + rest1 + "&signature=" + strings.ToUpper(allTogether), ""},
		"mixed, signed in the form": {order, rest1 + "&signature=" + mixed},
		"mixed, signed in query":    {order + "&signature=" + mixed, rest1},
	} {
		r := request("POST", "/api/v3/order?"+test.query, "")
		r.Header.Set("X-MBX-APIKEY", exampleKey)
		if err := rest.Authenticate(testAccounts(), r, test.body, 1499827319559); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAuthenticationRefuses(t *testing.T) {
	t.Parallel()
	at := func(timestamp string) string {
		return "timestamp=" + timestamp + "&signature=" + sign(exampleSecret, "timestamp="+timestamp)
	}
	window := func(w string) string {
		payload := "timestamp=1499827320000&recvWindow=" + w
		return payload + "&signature=" + sign(exampleSecret, payload)
	}
	for name, test := range map[string]struct {
		key, query string
		number     int
	}{
		"no key":                    {"", at("1499827320000"), -2015},
		"an unknown key":            {"unknown", at("1499827320000"), -2015},
		"a very long key":           {strings.Repeat("k", 129), at("1499827320000"), -2015},
		"no signature":              {exampleKey, "timestamp=1499827320000", -1102},
		"no timestamp":              {exampleKey, "signature=" + sign(exampleSecret, ""), -1102},
		"a timestamp of words":      {exampleKey, at("now"), -1102},
		"a huge timestamp":          {exampleKey, at("9999999999999999999"), -1102},
		"somebody else's signature": {exampleKey, "timestamp=1499827320000&signature=" + sign("reads", "timestamp=1499827320000"), -1022},
		"a short signature":         {exampleKey, "timestamp=1499827320000&signature=c8db", -1022},
		"a signature of no hex":     {exampleKey, "timestamp=1499827320000&signature=" + strings.Repeat("g", 64), -1022},
		"a signed lie":              {exampleKey, at("1499827320000") + "&symbol=BTCUSDT", -1022},
		"too old":                   {exampleKey, at("1499827314999"), -1021},
		"too far ahead":             {exampleKey, at("1499827321000"), -1021},
		"a window of 0":             {exampleKey, window("0"), -1131},
		"a window of 60001":         {exampleKey, window("60001"), -1131},
		"a window of words":         {exampleKey, window("long"), -1102},
	} {
		r := request("GET", "/api/v3/account?"+test.query, "")
		if test.key != "" {
			r.Header.Set("X-MBX-APIKEY", test.key)
		}
		err := rest.Authenticate(testAccounts(), r, "", exchange.Millis(now.UnixMilli()))
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if _, number, message, _ := rest.Answer(err); number != test.number {
			t.Errorf("%s: got %d %s, want %d", name, number, message, test.number)
		}
	}
	for name, query := range map[string]string{
		"as old as allowed": at("1499827315000"), "as far ahead as allowed": at("1499827320999"), "a window of 60000": window("60000"),
	} {
		r := request("GET", "/api/v3/account?"+query, "")
		r.Header.Set("X-MBX-APIKEY", exampleKey)
		if err := rest.Authenticate(testAccounts(), r, "", exchange.Millis(now.UnixMilli())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAScopeThatLacksIsRefused(t *testing.T) {
	t.Parallel()
	api := newAPI(t, nil)
	form := "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=1499827320000"
	r := request("POST", "/api/v3/order", form+"&signature="+sign("reads", form))
	r.Header.Set("X-MBX-APIKEY", "reader")
	wantError(t, send(api, r), 401, -2015, "permissions for action")

	r = request("POST", "/api/v1/deposits?timestamp=1499827320000&signature="+sign("reads", "timestamp=1499827320000"), "")
	r.Header.Set("X-MBX-APIKEY", "reader")
	if w := send(api, r); w.Code != 403 || !strings.Contains(w.Body.String(), `"code":"forbidden"`) {
		t.Errorf("got %d %s, want 403 forbidden", w.Code, w.Body)
	}
}
