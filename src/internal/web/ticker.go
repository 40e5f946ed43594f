package web

import "github.com/bitpin/exchange/src/internal/exchange"

// tickerView is a market's last 24 hours as they are shown.
type tickerView struct {
	Symbol, Base, Quote string
	Path                string
	Last, Change, Trend string
	High, Low           string
	Volume, QuoteVolume string
	Bid, Ask            string
}

func (s *site) tickerView(m exchange.Market, t exchange.Ticker) tickerView {
	price := decimalsOf(m.Tick)
	last := t.Last
	if last == 0 {
		last = s.View.LastPrice(m.ID)
	}
	bid, ask := s.View.Best(m.ID)
	return tickerView{
		Symbol: m.Symbol, Base: m.Base.Code, Quote: m.Quote.Code, Path: marketPath(m),
		Last: figure(last, price), Change: change(t.Open, last), Trend: trend(t.Open, last),
		High: figure(t.High, price), Low: figure(t.Low, price),
		Volume: decimal(t.Volume, 2), QuoteVolume: decimal(t.QuoteVolume, 2),
		Bid: figure(bid.Price, price), Ask: figure(ask.Price, price),
	}
}
