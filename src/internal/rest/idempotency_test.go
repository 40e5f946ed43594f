package rest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// change is one of the requests that need an Idempotency-Key.
type change struct {
	who         *client
	path        string
	body, other string // another body of the same request
	table       string // that it adds a row to
	status      int
}

func changes(v *venue) map[string]change {
	alice, operator := v.trader("alice"), v.open("operator", exchange.ScopeOperator)
	account := number(alice.account)
	return map[string]change{
		"deposit":    {operator, "/api/v1/deposits", `{"account":` + account + `,"asset":"BTC","amount":"1"}`, `{"account":` + account + `,"asset":"BTC","amount":"2"}`, "deposits", 201},
		"withdrawal": {alice, "/api/v1/withdrawals", `{"asset":"BTC","amount":"1","reference":"there"}`, `{"asset":"BTC","amount":"1","reference":"elsewhere"}`, "withdrawals", 201},
		"account":    {operator, "/api/v1/accounts", `{"name":"carol"}`, `{"name":"dave"}`, "accounts", 201},
		"API key":    {operator, "/api/v1/accounts/" + account + "/api-keys", `{"scopes":["read"]}`, `{"scopes":["trade"]}`, "api_keys", 201},
	}
}

func (v *venue) rows(table string) (n int) {
	v.t.Helper()
	v.must(v.sql.QueryRow(v.t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

func TestTheSameKeyAndBodyAnswerAsBefore(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	for name, c := range changes(v) {
		before := v.rows(c.table)
		first := c.who.json(c.path, c.body, "once-"+name)
		first.into(c.status, nil)
		again := c.who.json(c.path, c.body, "once-"+name)
		again.into(c.status, nil)
		if first.Body.String() != again.Body.String() || first.Header().Get("Idempotency-Replayed") != "" || again.Header().Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: %s %v, then %s %v", name, first.Body, first.Header(), again.Body, again.Header())
		}
		if after := v.rows(c.table); after != before+1 {
			t.Errorf("%s: %d rows were added", name, after-before)
		}
	}
}

func TestTheSameKeyWithAnotherBodyIsRefused(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	for name, c := range changes(v) {
		c.who.json(c.path, c.body, "once-"+name).into(c.status, nil)
		answer := v.unchanged(t, func() reply { return c.who.json(c.path, c.other, "once-"+name) })
		t.Log(name)
		answer.problem(http.StatusUnprocessableEntity, exchange.CodeIdempotencyMismatch, "")
	}
}

func TestARefusalIsAnsweredAsBefore(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice, operator := v.trader("alice"), v.open("operator", exchange.ScopeOperator)
	const body = `{"asset":"BTC","amount":"11","reference":"there"}`
	alice.json("/api/v1/withdrawals", body, "once").problem(http.StatusUnprocessableEntity, exchange.CodeInsufficientBalance, "")
	operator.json("/api/v1/deposits", `{"account":`+number(alice.account)+`,"asset":"BTC","amount":"5"}`, "").into(http.StatusCreated, nil)
	alice.json("/api/v1/withdrawals", body, "once").problem(http.StatusUnprocessableEntity, exchange.CodeInsufficientBalance, "")
	alice.json("/api/v1/withdrawals", body, "another").into(http.StatusCreated, nil)
}

func TestKeysOfDifferentAccountsNeverMeet(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	const body = `{"asset":"BTC","amount":"1","reference":"there"}`
	for _, name := range []string{"alice", "bob"} {
		answer := v.trader(name).json("/api/v1/withdrawals", body, "once")
		if answer.into(http.StatusCreated, nil); answer.Header().Get("Idempotency-Replayed") != "" {
			t.Errorf("%s got somebody else's answer", name)
		}
	}
}

// However many times and however close together a request arrives, it takes effect
// once: the others are told the same, or that it is under way.
func TestRequestsThatMeetTakeEffectOnce(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	alice := v.trader("alice")
	const body = `{"asset":"BTC","amount":"1","reference":"there"}`
	inFlight := 0
	for round := 0; inFlight == 0 && round < 50; round++ {
		key := strings.Repeat("k", round+1)
		before := v.rows("withdrawals")
		requests := make([]*http.Request, 8)
		for i := range requests {
			requests[i] = alice.jsonRequest("/api/v1/withdrawals", body, key)
		}
		answers := make([]reply, len(requests))
		var all sync.WaitGroup
		for i, r := range requests {
			all.Go(func() { answers[i] = v.do(r) })
		}
		all.Wait()
		made := map[string]bool{}
		for _, answer := range answers {
			if answer.Code == http.StatusConflict {
				answer.problem(http.StatusConflict, exchange.CodeIdempotencyInFlight, "")
				inFlight++
				continue
			}
			answer.into(http.StatusCreated, nil)
			made[answer.Body.String()] = true
		}
		if rows := v.rows("withdrawals"); len(made) != 1 || rows != before+1 {
			t.Fatalf("%d withdrawals were made, and %d different ones answered", rows-before, len(made))
		}
		alice.json("/api/v1/withdrawals/"+number(exchange.Seq(v.lastWithdrawal()))+"/cancel", "", "").into(http.StatusOK, nil)
	}
	if inFlight == 0 {
		t.Error("no request met another one in flight")
	}
}

func (v *venue) lastWithdrawal() (id int64) {
	v.t.Helper()
	v.must(v.sql.QueryRow(v.t.Context(), "SELECT max(id) FROM withdrawals").Scan(&id))
	return id
}
