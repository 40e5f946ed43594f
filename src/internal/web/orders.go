package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// allMarkets stands for every market where a form names one. No symbol is as short.
const allMarkets = "ALL"

// ordersPage is the content of the visitor's holdings and open orders in all markets.
type ordersPage struct{ Account *accountView }

func (s *site) orders(w http.ResponseWriter, r *http.Request) {
	session := sessionOf(r)
	if session == nil {
		http.Redirect(w, r, "/login?next=/orders", http.StatusSeeOther)
		return
	}
	account, err := s.holdingsOf(r.Context(), session.Account, 0)
	if err != nil {
		s.fail(w, r, "reading the orders", err)
		return
	}
	m, _ := s.Catalog.Market(r.URL.Query().Get("market"))
	s.render(w, r, http.StatusOK, page{
		Template: "orders", Title: "Orders and balances", Path: "/orders", Section: "orders",
		Notice: s.noticeOf(r, m, s.namedOrder(r, m)), Content: ordersPage{account},
	})
}

func (s *site) placeOrder(w http.ResponseWriter, r *http.Request) {
	m, found := s.Catalog.Market(r.PostForm.Get("symbol"))
	if !found {
		s.notFound(w, r)
		return
	}
	form := readOrderForm(r.PostForm)
	order, ok := form.order()
	if !ok {
		s.showForm(w, r, http.StatusUnprocessableEntity, m, form)
		return
	}
	account := sessionOf(r).Account
	outcome, err := s.Trading.Submit(r.Context(), exchange.Command{
		Kind: exchange.PlaceOrder, Account: account, Market: m.ID, Order: order,
		Idempotency: form.idempotency(account, m.Symbol),
	})
	if err != nil {
		status, explained := form.explain(m, err)
		if !explained {
			s.fail(w, r, "placing an order", err)
			return
		}
		s.showForm(w, r, status, m, form)
		return
	}
	redirect(w, r, marketPath(m), url.Values{"order": {orderText(exchange.OrderID(outcome.Seq))}})
}

// showForm shows a market's page with a form that was not taken. Only after an unknown
// outcome is it the same form again; otherwise it is a new one, because a refusal is
// what the old one stands for.
func (s *site) showForm(w http.ResponseWriter, r *http.Request, status int, m exchange.Market, form orderForm) {
	if status != http.StatusServiceUnavailable {
		form.Once = credential.NewToken(16)
	}
	s.showMarket(w, r, status, m, form, notice{})
}

func (s *site) cancelOrder(w http.ResponseWriter, r *http.Request) {
	m, found := s.Catalog.Market(r.PostForm.Get("symbol"))
	id, err := strconv.ParseInt(r.PostForm.Get("order"), 10, 64)
	if !found || err != nil || id <= 0 {
		s.notFound(w, r)
		return
	}
	_, err = s.Trading.Submit(r.Context(), exchange.Command{
		Kind: exchange.CancelOrder, Account: sessionOf(r).Account, Market: m.ID, Ref: exchange.OrderRef{ID: exchange.OrderID(id)},
	})
	about := url.Values{"order": {orderText(exchange.OrderID(id))}, "market": {m.Symbol}}
	switch {
	case exchange.CodeOf(err) == exchange.CodeUnknownOrder:
		about.Set("notice", "too-late")
	case err != nil:
		s.fail(w, r, "cancelling an order", err)
		return
	}
	redirect(w, r, s.localPath(r.PostForm.Get("next")), about)
}

func (s *site) cancelAllOrders(w http.ResponseWriter, r *http.Request) {
	symbol := r.PostForm.Get("symbol")
	m, found := s.Catalog.Market(symbol)
	if !found && symbol != allMarkets {
		s.notFound(w, r)
		return
	}
	_, err := s.Trading.Submit(r.Context(), exchange.Command{
		Kind: exchange.CancelAllOrders, Account: sessionOf(r).Account, Market: m.ID,
	})
	if err != nil && exchange.CodeOf(err) != exchange.CodeUnknownOrder { // unknown: there was none
		s.fail(w, r, "cancelling all orders", err)
		return
	}
	redirect(w, r, s.localPath(r.PostForm.Get("next")), url.Values{"notice": {"all-cancelled"}})
}

// redirect ends a form that took effect: reloading the page sends nothing again.
func redirect(w http.ResponseWriter, r *http.Request, path string, query url.Values) {
	http.Redirect(w, r, path+"?"+query.Encode(), http.StatusSeeOther) //nolint:gosec // path is one of our own pages
}

func orderText(id exchange.OrderID) string { return strconv.FormatInt(int64(id), 10) }
