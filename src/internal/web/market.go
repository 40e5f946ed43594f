package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// latestTrades is how many of a market's trades its page shows.
const latestTrades = 32

// marketPage is the content of a market's page. Account is nil when nobody is signed in.
type marketPage struct {
	Ticker  tickerView
	Chart   chartView
	Book    bookView
	Trades  []tradeView
	Rules   rulesView
	Account *accountView
	Form    orderForm
}

type tradeView struct {
	ID              exchange.TradeID
	At              exchange.Millis
	Price, Quantity string
	SideClass       string // of the taker
	Side            string
}

// rulesView are the filters of a market, for people.
type rulesView struct{ Price, Quantity, Notional, Tick, Lot string }

func (s *site) market(w http.ResponseWriter, r *http.Request) {
	m, found := s.Catalog.Market(chi.URLParam(r, "symbol"))
	if !found {
		s.notFound(w, r)
		return
	}
	order := s.namedOrder(r, m)
	s.showMarket(w, r, http.StatusOK, m, newOrderForm(order), s.noticeOf(r, m, order))
}

// showMarket renders a market's page with a form as it was filled in.
func (s *site) showMarket(w http.ResponseWriter, r *http.Request, status int, m exchange.Market, form orderForm, n notice) {
	content, err := s.marketPage(r.Context(), m)
	if err == nil && sessionOf(r) != nil {
		content.Account, err = s.accountOf(r.Context(), sessionOf(r).Account, m)
	}
	if err != nil {
		s.fail(w, r, "reading a market's page", err)
		return
	}
	content.Form = form
	s.render(w, r, status, page{
		Template: "market", Title: content.Ticker.Base + "/" + content.Ticker.Quote + " " + content.Ticker.Last,
		Path: marketPath(m), Section: "markets", Notice: n, Content: content,
	})
}

// marketPage reads what everybody may see of a market.
func (s *site) marketPage(ctx context.Context, m exchange.Market) (content marketPage, err error) {
	tickers, err := s.Books.Tickers(ctx, []exchange.MarketID{m.ID})
	if err != nil {
		return content, fmt.Errorf("reading the ticker of %s: %w", m.Symbol, err)
	}
	trades, err := s.Books.MarketTrades(ctx, m.ID, latestTrades)
	if err != nil {
		return content, fmt.Errorf("reading the trades of %s: %w", m.Symbol, err)
	}
	if content.Chart, err = s.chartView(ctx, m); err != nil {
		return content, err
	}
	content.Ticker = s.tickerView(m, tickers[0])
	content.Book = newBookView(m, s.View.Depth(m.ID, bookLevels))
	content.Rules = newRulesView(m)
	for _, t := range slices.Backward(trades) {
		content.Trades = append(content.Trades, tradeView{
			ID: t.ID, At: t.At, Side: sideWords(t.TakerSide), SideClass: sideClass(t.TakerSide),
			Price: decimal(t.Price, decimalsOf(m.Tick)), Quantity: decimal(t.Quantity, decimalsOf(m.Lot)),
		})
	}
	return content, nil
}

func newRulesView(m exchange.Market) rulesView {
	return rulesView{
		Price:    decimal(m.MinPrice, 0) + " to " + decimal(m.MaxPrice, 0) + " " + m.Quote.Code,
		Quantity: decimal(m.MinQuantity, 0) + " to " + decimal(m.MaxQuantity, 0) + " " + m.Base.Code,
		Notional: decimal(m.MinNotional, 0) + " " + m.Quote.Code,
		Tick:     decimal(m.Tick, 0) + " " + m.Quote.Code,
		Lot:      decimal(m.Lot, 0) + " " + m.Base.Code,
	}
}
