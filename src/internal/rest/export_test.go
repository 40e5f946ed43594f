package rest

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// What tests need to see of the inside.

var discard = slog.New(slog.DiscardHandler)

type Endpoint struct {
	Method, Path string
	Weight       int
	Scope        string // "" where nothing is signed
	Params       []string
	Own          bool
}

func Endpoints() []Endpoint {
	list := make([]Endpoint, len(endpoints))
	for i, e := range endpoints {
		scope := e.scope.String()
		if e.scope == anyScope {
			scope = "any"
		}
		list[i] = Endpoint{e.method, e.path, e.weight, scope, e.params, e.own}
	}
	return list
}

func Routes(o Options) (chi.Routes, error) {
	handler, err := New(o)
	if err != nil {
		return nil, err
	}
	return handler.(chi.Routes), nil
}

// Params is a parsed request.
type Params struct{ p params }

func ParseParams(query, body string) (*Params, error) {
	p := &Params{}
	return p, p.p.parse(query, body)
}

func (p *Params) Value(name string) (string, bool)           { return p.p.value(name) }
func (p *Params) Check(accepted []string, signed bool) error { return p.p.check(accepted, signed) }
func (p *Params) Payload() string                            { return string(p.p.appendPayload(nil)) }
func (p *Params) Len() int                                   { return p.p.n }
func (p *Params) Name(i int) string                          { return p.p.list[i].name }

// Authenticate checks a request's key, signature and time.
func Authenticate(a exchange.Accounts, r *http.Request, body string, now exchange.Millis) error {
	c := &call{api: &api{Options: Options{Accounts: a}}, r: r, ctx: newDeadline(r.Context(), readTimeout), now: now}
	if err := c.params.parse(r.URL.RawQuery, body); err != nil {
		return err
	}
	return c.authenticate()
}

// Form reads a new order from a form and applies a market's filters.
func Form(catalog exchange.Catalog, form string) (exchange.NewOrder, string, error) {
	c := &call{api: &api{Options: Options{Catalog: catalog}}}
	if err := c.params.parse("", form); err != nil {
		return exchange.NewOrder{}, "", err
	}
	f, err := c.orderForm()
	return f.order, f.response, err
}

// Answer tells how an error is shown under /api/v3 and under /api/v1.
func Answer(err error) (status, number int, message string, ownStatus int) {
	r, _ := http.NewRequest(http.MethodGet, "/", http.NoBody)
	c := &call{api: &api{log: discard}, r: r}
	coded, a := c.clientError(err)
	ownStatus = a.status
	if status, has := statusV1[coded.Code]; has {
		ownStatus = status
	}
	return a.status, a.number, coded.Message, ownStatus
}

func HasAnswer(code exchange.Code) bool { _, has := answers[code]; return has }
func AnswerCount() int                  { return len(answers) }

// Limiter counts users by name.
type Limiter struct{ l *limiter[string] }

type Ruling struct {
	Spent  int
	Wait   exchange.Millis
	Banned bool
}

func NewLimiter(limit int, window exchange.Millis, patience, capacity int) *Limiter {
	l := newLimiter[string](limit, window, patience)
	l.capacity = capacity
	return &Limiter{l}
}

func (l *Limiter) Take(user string, n int, now exchange.Millis) Ruling {
	r := l.l.take(user, n, now)
	return Ruling{r.spent, r.wait, r.banned}
}

func (l *Limiter) Users() int { return len(l.l.users) }

// Value prices an amount of an asset in another.
func Value(markets []exchange.Market, last map[string]exchange.Amount, asset, quote exchange.AssetID, amount exchange.Amount) (worth exchange.Amount, via []string, ok bool, err error) {
	symbols := map[exchange.MarketID]string{}
	for _, m := range markets {
		symbols[m.ID] = m.Symbol
	}
	v := &valuer{markets: markets, quote: quote, last: func(id exchange.MarketID) exchange.Amount { return last[symbols[id]] }}
	valuation, ok := v.value(asset)
	if !ok {
		return 0, nil, false, nil
	}
	worth, err = valuation.times(amount)
	return worth, valuation.via, true, err
}

func PercentOf(part, whole exchange.Amount) string        { return percentOf(part, whole) }
func Average(quote, base exchange.Amount) exchange.Amount { return average(quote, base) }

func NewDeadline(parent context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	d := newDeadline(parent, after)
	return d, d.cancel
}
