package rest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

func number[T ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// withdrawal is what these tests read of one.
type withdrawal struct {
	ID                               int64
	Account                          exchange.AccountID
	Asset, Amount, Reference, Status string
}

func TestAnOperatorOpensAnAccountThatTrades(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	operator := v.open("operator", exchange.ScopeOperator)
	var account struct {
		ID   exchange.AccountID
		Name string
	}
	operator.json("/api/v1/accounts", `{"name":"carol"}`, "").into(http.StatusCreated, &account)
	var key struct {
		Key, Secret string
		Scopes      []string
	}
	operator.json("/api/v1/accounts/"+number(account.ID)+"/api-keys", `{"scopes":["trade","read"],"label":"bot"}`, "").into(http.StatusCreated, &key)
	if diff := cmp.Diff([]string{"read", "trade"}, key.Scopes); diff != "" {
		t.Error(diff)
	}
	var deposit struct{ Asset, Amount, Reference string }
	operator.json("/api/v1/deposits", `{"account":`+number(account.ID)+`,"asset":"USDT","amount":"1000","reference":"wire 7"}`, "").into(http.StatusCreated, &deposit)
	if deposit != (struct{ Asset, Amount, Reference string }{"USDT", "1000.00000000", "wire 7"}) {
		t.Errorf("%+v", deposit)
	}
	carol := &client{v, account.ID, key.Key, key.Secret}
	carol.limit("BUY", "1", "1000").order()
	if got := carol.balance("USDT"); got != (funds{"USDT", "0.00000000", "1000.00000000"}) {
		t.Errorf("%+v", got)
	}
}

func TestAccountsAreFoundByTheirOwnersAndByOperators(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob, operator := v.trader("alice"), v.trader("bob"), v.open("operator", exchange.ScopeOperator)
	type account struct {
		ID   exchange.AccountID
		Name string
	}
	list := func(c *client, fields ...string) (got []account) {
		t.Helper()
		c.query("GET", "/api/v1/accounts", fields...).into(http.StatusOK, &got)
		return got
	}
	if got := list(alice); len(got) != 1 || got[0] != (account{alice.account, "alice"}) {
		t.Errorf("one's own: %v", got)
	}
	if got := list(operator, "name", "bob"); len(got) != 1 || got[0].ID != bob.account {
		t.Errorf("by name: %v", got)
	}
	if got := list(operator, "name", "nobody"); len(got) != 0 {
		t.Errorf("an unknown name: %v", got)
	}
	alice.query("GET", "/api/v1/accounts", "name", "bob").problem(http.StatusForbidden, exchange.CodeForbidden, "")
	for c, status := range map[*client]int{bob: http.StatusOK, operator: http.StatusOK, alice: http.StatusForbidden} {
		c.query("GET", "/api/v1/accounts/"+number(bob.account)).into(status, nil)
	}
}

func TestKeysAreListedWithoutSecretsAndRevoked(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, operator := v.trader("alice"), v.open("operator", exchange.ScopeOperator)
	second := v.keyOf(alice.account, exchange.ScopeRead)
	path := "/api/v1/accounts/" + number(alice.account) + "/api-keys"
	var keys []struct{ Key, Secret string }
	second.query("GET", path).into(http.StatusOK, &keys)
	if len(keys) != 2 || keys[0].Secret != "" || keys[1].Secret != "" {
		t.Errorf("%v", keys)
	}
	second.query("DELETE", path+"/"+alice.key).problem(http.StatusForbidden, exchange.CodeForbidden, "")
	second.query("DELETE", path+"/"+second.key).into(http.StatusNoContent, nil)
	operator.query("DELETE", path+"/"+alice.key).into(http.StatusNoContent, nil)
	operator.query("DELETE", path+"/"+alice.key).problem(http.StatusNotFound, exchange.CodeNotFound, "key")
	wantError(t, alice.limit("BUY", "1", "100").ResponseRecorder, http.StatusUnauthorized, -2015, "Invalid API-key")
}

func TestAWithdrawalIsHeldAndThenSettledOrCancelled(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, operator := v.trader("alice"), v.open("operator", exchange.ScopeOperator)
	request := func(amount string) (w withdrawal) {
		t.Helper()
		alice.json("/api/v1/withdrawals", `{"asset":"BTC","amount":"`+amount+`","reference":"bc1q"}`, "").into(http.StatusCreated, &w)
		return w
	}
	end := func(c *client, w withdrawal, how string) reply {
		t.Helper()
		return c.json(fmt.Sprintf("/api/v1/withdrawals/%d/%s", w.ID, how), "", "")
	}
	first, second := request("1"), request("2")
	if want := (withdrawal{first.ID, alice.account, "BTC", "1.00000000", "bc1q", "held"}); first != want {
		t.Errorf("%+v", first)
	}
	if got := alice.balance("BTC"); got != (funds{"BTC", "7.00000000", "3.00000000"}) {
		t.Errorf("while they are held: %v", got)
	}
	end(alice, first, "settle").problem(http.StatusForbidden, exchange.CodeForbidden, "")
	var ended withdrawal
	if end(operator, first, "settle").into(http.StatusOK, &ended); ended.Status != "settled" {
		t.Errorf("%+v", ended)
	}
	if end(alice, second, "cancel").into(http.StatusOK, &ended); ended.Status != "cancelled" {
		t.Errorf("%+v", ended)
	}
	for _, how := range []string{"settle", "cancel"} {
		end(operator, first, how).problem(http.StatusNotFound, exchange.CodeNotFound, "id")
	}
	if got := alice.balance("BTC"); got != (funds{"BTC", "9.00000000", "0.00000000"}) {
		t.Errorf("after that: %v", got)
	}
	var list []withdrawal
	alice.query("GET", "/api/v1/withdrawals").into(http.StatusOK, &list)
	if len(list) != 2 || list[0].ID != second.ID || list[1].Status != "settled" {
		t.Errorf("%+v", list)
	}
}

func TestAWithdrawalIsShownToItsOwnerAndOperatorsAlone(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, bob, operator := v.trader("alice"), v.trader("bob"), v.open("operator", exchange.ScopeOperator)
	var w withdrawal
	alice.json("/api/v1/withdrawals", `{"asset":"BTC","amount":"1","reference":"bc1q"}`, "").into(http.StatusCreated, &w)
	path := fmt.Sprintf("/api/v1/withdrawals/%d", w.ID)
	alice.query("GET", path).into(http.StatusOK, nil)
	operator.query("GET", path).into(http.StatusOK, nil)
	bob.query("GET", path).problem(http.StatusNotFound, exchange.CodeNotFound, "id")
	bob.json(path+"/cancel", "", "").problem(http.StatusNotFound, exchange.CodeNotFound, "id")
}

func TestDepositsAndBalancesAreListed(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, operator := v.trader("alice"), v.open("operator", exchange.ScopeOperator)
	var deposits []struct{ Asset, Amount string }
	operator.query("GET", "/api/v1/deposits", "account", number(alice.account), "limit", "1").into(http.StatusOK, &deposits)
	if len(deposits) != 1 || deposits[0].Asset != "USDT" {
		t.Errorf("%v", deposits)
	}
	var balances struct {
		Account  exchange.AccountID
		Balances []struct{ Asset, Available, Locked string }
	}
	alice.query("GET", "/api/v1/balances").into(http.StatusOK, &balances)
	if balances.Account != alice.account || len(balances.Balances) != 2 || balances.Balances[0].Available != "10.00000000" {
		t.Errorf("%+v", balances)
	}
}

func TestThePortfolioIsWorthItsLastPrices(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	bob := v.open("bob", everything, "BTC=1", "DOGE=5")
	alice := v.open("alice", everything, "USDT=100000")
	bob.limit("SELL", "1", "20000").order()
	alice.limit("BUY", "0.5", "20000").order()
	type holding struct {
		Asset, Total, Price, Value string
		Via                        []string
	}
	var p struct {
		Quote, Value string
		Holdings     []holding
		Unpriced     []struct{ Asset string }
	}
	bob.query("GET", "/api/v1/portfolio", "quote", "USDT").into(http.StatusOK, &p)
	want := []holding{
		{"BTC", "0.50000000", "20000.00000000", "10000.00000000", []string{"BTCUSDT"}},
		{"USDT", "9990.00000000", "1.00000000", "9990.00000000", []string{}},
	}
	if diff := cmp.Diff(want, p.Holdings); diff != "" || p.Value != "19990.00000000" || len(p.Unpriced) != 1 || p.Unpriced[0].Asset != "DOGE" {
		t.Errorf("%+v\n%s", p, diff)
	}
	bob.query("GET", "/api/v1/portfolio", "quote", "XXX").problem(http.StatusBadRequest, exchange.CodeInvalidAsset, "quote")
	bob.query("GET", "/api/v1/portfolio").problem(http.StatusBadRequest, exchange.CodeMissingParameter, "quote")
}

func TestValuationsGoOverOneMarketOrTwo(t *testing.T) {
	t.Parallel()
	last := map[string]exchange.Amount{"BTCUSDT": exchange.MustAmount("20000"), "ETHBTC": exchange.MustAmount("0.07")}
	for name, test := range map[string]struct {
		asset, quote exchange.Asset
		amount, want string
		via          []string
	}{
		"itself":           {usdt, usdt, "5", "5", []string{}},
		"forward":          {btc, usdt, "0.5", "10000", []string{"BTCUSDT"}},
		"backward":         {usdt, btc, "1", "0.00005", []string{"BTCUSDT"}},
		"over a third one": {eth, usdt, "1", "1400", []string{"ETHBTC", "BTCUSDT"}},
		"rounded down":     {usdt, eth, "1", "0.00071428", []string{"BTCUSDT", "ETHBTC"}},
	} {
		got, via, ok, err := rest.Value(markets, last, test.asset.ID, test.quote.ID, exchange.MustAmount(test.amount))
		if !ok || err != nil || got != exchange.MustAmount(test.want) || !cmp.Equal(via, test.via) {
			t.Errorf("%s: %s via %v, %v, %v", name, got, via, ok, err)
		}
	}
	if _, _, ok, _ := rest.Value(markets, last, doge.ID, usdt.ID, 1); ok {
		t.Error("an asset without a market has a price")
	}
	if _, _, _, err := rest.Value(markets, last, btc.ID, usdt.ID, exchange.MaxAmount); exchange.CodeOf(err) != exchange.CodeOverflow {
		t.Errorf("beyond the range: %v", err)
	}
}

func TestTheLatestAuditIsPublic(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	_, err := v.sql.Exec(t.Context(), `INSERT INTO audits VALUES (1, '{"at":5,"seq":7,"invariants":[{"name":"a","meaning":"b","violations":0},{"name":"c","meaning":"d","violations":2,"examples":["row 1"]}]}')
		ON CONFLICT (id) DO UPDATE SET report = EXCLUDED.report`)
	v.must(err)
	var audit struct {
		Seq        int64
		Violated   int
		Invariants []struct{ Name string }
	}
	v.get("/api/v1/invariants").into(http.StatusOK, &audit)
	if audit.Seq != 7 || audit.Violated != 1 || len(audit.Invariants) != 2 {
		t.Errorf("%+v", audit)
	}
}
