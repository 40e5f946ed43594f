package web

import (
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// homePage is the content of the list of markets.
type homePage struct{ Markets []tickerView }

func (s *site) home(w http.ResponseWriter, r *http.Request) {
	markets := s.Catalog.Markets()
	ids := make([]exchange.MarketID, len(markets))
	for i, m := range markets {
		ids[i] = m.ID
	}
	tickers, err := s.Books.Tickers(r.Context(), ids)
	if err != nil {
		s.fail(w, r, "reading the tickers", err)
		return
	}
	var content homePage
	for i, m := range markets {
		content.Markets = append(content.Markets, s.tickerView(m, tickers[i]))
	}
	p := page{Template: "home", Title: "Markets", Path: "/", Section: "markets", Content: content}
	if r.URL.Query().Get("notice") == "signed-out" && sessionOf(r) == nil {
		p.Notice.Text = "You are signed out."
	}
	s.render(w, r, http.StatusOK, p)
}
