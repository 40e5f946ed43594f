package rest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

// traded is a venue where alice bought 0.5 of bob's BTC at 20000; 0.5 are left, and
// she bids 19000 for one more.
func traded(t *testing.T) (v *venue, alice, bob *client) {
	t.Helper()
	v = newVenue(t)
	alice, bob = v.trader("alice"), v.trader("bob")
	bob.limit("SELL", "1", "20000").order()
	alice.limit("BUY", "0.5", "20000").order()
	alice.limit("BUY", "1", "19000").order()
	return v, alice, bob
}

func TestPingAndTime(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	if got := v.get("/api/v3/ping"); got.Code != http.StatusOK || got.Body.String() != "{}" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	v.freeze(time.UnixMilli(1_700_000_000_123))
	var clock struct{ ServerTime int64 }
	if v.get("/api/v3/time").into(http.StatusOK, &clock); clock.ServerTime != 1_700_000_000_123 {
		t.Errorf("%d", clock.ServerTime)
	}
}

func TestExchangeInfoListsMarketsWithTheirFilters(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	type info struct {
		Symbols []struct {
			Symbol  string
			Filters []map[string]any
		}
	}
	symbols := func(target string) (names []string) {
		t.Helper()
		var i info
		v.get(target).into(http.StatusOK, &i)
		for _, s := range i.Symbols {
			names = append(names, s.Symbol)
		}
		return names
	}
	for target, want := range map[string][]string{
		"/api/v3/exchangeInfo":                                        {"BTCUSDT", "ETHBTC", "ETHUSDT"},
		"/api/v3/exchangeInfo?symbol=ETHBTC":                          {"ETHBTC"},
		"/api/v3/exchangeInfo?symbols=%5B%22ETHBTC%22,%22BTCUSDT%22]": {"ETHBTC", "BTCUSDT"},
		"/api/v3/exchangeInfo?permissions=SPOT":                       {"BTCUSDT", "ETHBTC", "ETHUSDT"},
		"/api/v3/exchangeInfo?permissions=%5B%22MARGIN%22]":           nil,
	} {
		if diff := cmp.Diff(want, symbols(target)); diff != "" {
			t.Errorf("%s: %s", target, diff)
		}
	}
	var i info
	v.get("/api/v3/exchangeInfo?symbol=BTCUSDT&showPermissionSets=false").into(http.StatusOK, &i)
	if f := i.Symbols[0].Filters; f[0]["tickSize"] != "0.01000000" || f[1]["stepSize"] != "0.00001000" || f[2]["minNotional"] != "5.00000000" {
		t.Errorf("%v", f)
	}
	for target, code := range map[string]int{
		"/api/v3/exchangeInfo?symbol=XXX":                             -1121,
		"/api/v3/exchangeInfo?symbols=[]":                             -1102,
		"/api/v3/exchangeInfo?symbols=BTCUSDT":                        -1102,
		"/api/v3/exchangeInfo?symbols=%5B%22ETHBTC%22,%22ETHBTC%22]":  -1151,
		"/api/v3/exchangeInfo?symbol=ETHBTC&symbols=%5B%22ETHBTC%22]": -1128,
		"/api/v3/exchangeInfo?showPermissionSets=yes":                 -1102,
	} {
		wantError(t, v.get(target).ResponseRecorder, http.StatusBadRequest, code, "")
	}
}

func TestDepthHasTheBestPricesFirst(t *testing.T) {
	t.Parallel()
	v, alice, _ := traded(t)
	last := alice.limit("BUY", "2", "18000").order()
	type book struct {
		LastUpdateID int64
		Bids, Asks   [][2]string
	}
	var got book
	v.get("/api/v3/depth?symbol=BTCUSDT").into(http.StatusOK, &got)
	want := book{last.OrderID,
		[][2]string{{"19000.00000000", "1.00000000"}, {"18000.00000000", "2.00000000"}},
		[][2]string{{"20000.00000000", "0.50000000"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	v.get("/api/v3/depth?symbol=BTCUSDT&limit=1").into(http.StatusOK, &got)
	if len(got.Bids) != 1 {
		t.Errorf("limit 1: %v", got.Bids)
	}
	for _, limit := range []string{"0", "5001", "-1", "x", "99999999999999999999"} {
		if got := v.get("/api/v3/depth?symbol=BTCUSDT&limit=" + limit); got.Code != http.StatusBadRequest {
			t.Errorf("limit %s: %d %s", limit, got.Code, got.Body)
		}
	}
}

func TestADeepBookCostsMore(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	v.freeze(time.Now().Add(time.Minute)) // a new window
	for _, test := range []struct{ target, used string }{
		{"depth?symbol=BTCUSDT", "5"}, {"depth?symbol=BTCUSDT&limit=500", "30"},
		{"depth?symbol=BTCUSDT&limit=1000", "80"}, {"depth?symbol=BTCUSDT&limit=5000", "330"},
		{"ticker/price", "334"}, {"ticker/price?symbol=BTCUSDT", "336"},
	} {
		if used := v.get("/api/v3/" + test.target).Header().Get("X-Mbx-Used-Weight-1m"); used != test.used {
			t.Errorf("%s: used %s, want %s", test.target, used, test.used)
		}
	}
}

func TestTradesAreTheLatest(t *testing.T) {
	t.Parallel()
	v, alice, _ := traded(t)
	alice.limit("BUY", "0.1", "20000").order()
	for _, path := range []string{"/api/v3/trades", "/api/v1/trades"} {
		var trades []struct {
			ID           int64
			Price, Qty   string
			IsBuyerMaker bool
		}
		v.get(path+"?symbol=BTCUSDT").into(http.StatusOK, &trades)
		if len(trades) != 2 || trades[0].Qty != "0.50000000" || trades[1].Qty != "0.10000000" || trades[0].IsBuyerMaker || trades[1].ID != 2 {
			t.Errorf("%s: %+v", path, trades)
		}
		v.get(path+"?symbol=BTCUSDT&limit=1").into(http.StatusOK, &trades)
		if len(trades) != 1 || trades[0].ID != 2 {
			t.Errorf("%s, the latest: %+v", path, trades)
		}
	}
	wantError(t, v.get("/api/v3/trades").ResponseRecorder, http.StatusBadRequest, -1102, "'symbol'")
}

func TestKlinesAreArraysOfTwelve(t *testing.T) {
	t.Parallel()
	v, _, _ := traded(t)
	var klines [][]any
	v.get("/api/v3/klines?symbol=BTCUSDT&interval=1d").into(http.StatusOK, &klines)
	if len(klines) != 1 || klines[0][1] != "20000.00000000" || klines[0][5] != "0.50000000" || klines[0][7] != "10000.00000000" || klines[0][8] != 1.0 {
		t.Errorf("%v", klines)
	}
	v.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1&endTime=2").into(http.StatusOK, &klines)
	if len(klines) != 0 {
		t.Errorf("in 1970: %v", klines)
	}
	wantError(t, v.get("/api/v3/klines?symbol=BTCUSDT&interval=7m").ResponseRecorder, http.StatusBadRequest, -1120, "Invalid interval.")
	wantError(t, v.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=5&endTime=4").ResponseRecorder, http.StatusBadRequest, -1130, "'endTime'")
}

func TestTickersOfOneMarketOrOfSeveral(t *testing.T) {
	t.Parallel()
	v, _, _ := traded(t)
	type ticker struct {
		Symbol, LastPrice, Volume, BidPrice, AskQty, PriceChangePercent, Price string
		Count                                                                  int
	}
	one := func(target string) (got ticker) {
		t.Helper()
		v.get(target).into(http.StatusOK, &got)
		return got
	}
	many := func(target string) (got []ticker) {
		t.Helper()
		v.get(target).into(http.StatusOK, &got)
		return got
	}
	if got := one("/api/v3/ticker/24hr?symbol=BTCUSDT"); got.LastPrice != "20000.00000000" || got.Volume != "0.50000000" || got.BidPrice != "19000.00000000" || got.AskQty != "0.50000000" || got.PriceChangePercent != "0.000" || got.Count != 1 {
		t.Errorf("%+v", got)
	}
	if got := one("/api/v3/ticker/24hr?symbol=ETHBTC&type=MINI"); got.LastPrice != "0.00000000" || got.Count != 0 {
		t.Errorf("never traded: %+v", got)
	}
	if got := many("/api/v3/ticker/24hr?symbols=%5B%22ETHBTC%22,%22BTCUSDT%22]"); len(got) != 2 || got[0].Symbol != "ETHBTC" || got[1].LastPrice != "20000.00000000" {
		t.Errorf("%+v", got)
	}
	if got := many("/api/v3/ticker/price"); len(got) != 3 || got[0] != (ticker{Symbol: "BTCUSDT", Price: "20000.00000000"}) {
		t.Errorf("%+v", got)
	}
	if got := one("/api/v3/ticker/bookTicker?symbol=BTCUSDT"); got.BidPrice != "19000.00000000" || got.AskQty != "0.50000000" {
		t.Errorf("%+v", got)
	}
	if got := many("/api/v3/ticker/bookTicker"); len(got) != 3 || got[2].BidPrice != "0.00000000" {
		t.Errorf("%+v", got)
	}
	wantError(t, v.get("/api/v3/ticker/24hr?type=LONG").ResponseRecorder, http.StatusBadRequest, -1130, "'type'")
}

func TestPercentagesAndAveragesAreExact(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ part, whole, want string }{
		{"1", "3", "33.333"}, {"-1", "3", "-33.333"}, {"2", "3", "66.667"}, {"1", "0", "0.000"}, {"0", "5", "0.000"},
	} {
		if got := rest.PercentOf(exchange.MustAmount(test.part), exchange.MustAmount(test.whole)); got != test.want {
			t.Errorf("%s of %s: %s, want %s", test.part, test.whole, got, test.want)
		}
	}
	for _, test := range []struct{ quote, base, want string }{
		{"10", "3", "3.33333333"}, {"10", "0", "0"}, {"90000000000", "0.00000001", "92233720368.54775807"},
	} {
		if got := rest.Average(exchange.MustAmount(test.quote), exchange.MustAmount(test.base)); got != exchange.MustAmount(test.want) {
			t.Errorf("%s / %s: %s, want %s", test.quote, test.base, got, test.want)
		}
	}
}
