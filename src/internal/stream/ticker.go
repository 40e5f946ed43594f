package stream

import (
	"context"
	"math/big"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// tickerRefresh is how often a ticker is read although nothing was traded: trades
// leave its 24 hours.
const tickerRefresh = time.Minute

// pollTickers reads the tickers that somebody wants and that may have changed.
func (h *Hub) pollTickers() {
	timer := time.NewTicker(h.tuning.tickers)
	defer timer.Stop()
	refreshed := time.Now()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-timer.C:
		}
		all := time.Since(refreshed) >= tickerRefresh
		if all {
			refreshed = time.Now()
		}
		var wanted []exchange.MarketID
		h.locked(func() { wanted = h.wantedTickers(all) })
		if len(wanted) > 0 {
			h.readTickers(wanted)
		}
	}
}

// wantedTickers lists the markets whose tickers are due, by symbol.
func (h *Hub) wantedTickers(all bool) []exchange.MarketID {
	var wanted []exchange.MarketID
	everyMarket, fresh := false, false
	for _, t := range h.tickerArr {
		everyMarket = everyMarket || t.heard()
		fresh = fresh || t.heard() && t.fresh
	}
	for _, info := range h.options.Catalog.Markets() {
		m := h.markets[info.ID]
		if m == nil || !everyMarket && !m.ticker.heard() && !m.miniTicker.heard() {
			continue
		}
		if all || fresh || m.traded || m.ticker.heard() && m.ticker.fresh || m.miniTicker.heard() && m.miniTicker.fresh {
			wanted = append(wanted, info.ID)
			m.traded = false
		}
	}
	return wanted
}

func (h *Hub) readTickers(wanted []exchange.MarketID) {
	ctx, cancel := context.WithTimeout(h.ctx, 5*time.Second)
	defer cancel()
	tickers, err := h.options.Books.Tickers(ctx, wanted)
	if err != nil && h.ctx.Err() == nil {
		h.options.Log.Warn("reading the tickers", "error", err)
	}
	h.locked(func() {
		if err == nil {
			h.publishTickers(tickers)
			return
		}
		for _, id := range wanted {
			h.markets[id].traded = true // try again
		}
	})
}

func (h *Hub) publishTickers(tickers []exchange.Ticker) {
	now := h.now()
	full, mini := make([]tickerEvent, 0, len(tickers)), make([]miniTickerEvent, 0, len(tickers))
	for i := range tickers {
		m := h.markets[tickers[i].Market]
		if m == nil {
			continue
		}
		t := h.tickerEvent(m.info, &tickers[i], now)
		full, mini = append(full, t), append(mini, t.mini())
		h.send(m.ticker, t)
		h.send(m.miniTicker, t.mini())
	}
	h.send(h.tickerArr[0], full)
	h.send(h.tickerArr[1], mini)
}

type tickerEvent struct {
	Event         string           `json:"e"`
	Time          exchange.Millis  `json:"E"`
	Symbol        string           `json:"s"`
	Change        exchange.Amount  `json:"p"`
	ChangePercent string           `json:"P"`
	Average       string           `json:"w"`
	PreviousClose exchange.Amount  `json:"x"` // of the trade before the 24 hours; the open stands in for it
	Last          exchange.Amount  `json:"c"`
	LastQuantity  exchange.Amount  `json:"Q"`
	BidPrice      exchange.Amount  `json:"b"`
	BidQuantity   exchange.Amount  `json:"B"`
	AskPrice      exchange.Amount  `json:"a"`
	AskQuantity   exchange.Amount  `json:"A"`
	Open          exchange.Amount  `json:"o"`
	High          exchange.Amount  `json:"h"`
	Low           exchange.Amount  `json:"l"`
	Volume        exchange.Amount  `json:"v"`
	QuoteVolume   exchange.Amount  `json:"q"`
	OpenTime      exchange.Millis  `json:"O"`
	CloseTime     exchange.Millis  `json:"C"`
	FirstTrade    exchange.TradeID `json:"F"`
	LastTrade     exchange.TradeID `json:"L"`
	Trades        int64            `json:"n"`
}

func (h *Hub) tickerEvent(m exchange.Market, t *exchange.Ticker, now exchange.Millis) tickerEvent {
	bid, ask := h.options.View.Best(m.ID)
	change := t.Last - t.Open
	return tickerEvent{
		Event: "24hrTicker", Time: now, Symbol: m.Symbol,
		Change: change, ChangePercent: ratio(change, t.Open, 100, 3), Average: ratio(t.QuoteVolume, t.Volume, 1, exchange.Decimals),
		PreviousClose: t.Open, Last: t.Last, LastQuantity: t.LastQuantity,
		BidPrice: bid.Price, BidQuantity: bid.Quantity, AskPrice: ask.Price, AskQuantity: ask.Quantity,
		Open: t.Open, High: t.High, Low: t.Low, Volume: t.Volume, QuoteVolume: t.QuoteVolume,
		OpenTime: t.OpenTime, CloseTime: t.CloseTime, FirstTrade: t.FirstTrade, LastTrade: t.LastTrade, Trades: t.Trades,
	}
}

type miniTickerEvent struct {
	Event       string          `json:"e"`
	Time        exchange.Millis `json:"E"`
	Symbol      string          `json:"s"`
	Last        exchange.Amount `json:"c"`
	Open        exchange.Amount `json:"o"`
	High        exchange.Amount `json:"h"`
	Low         exchange.Amount `json:"l"`
	Volume      exchange.Amount `json:"v"`
	QuoteVolume exchange.Amount `json:"q"`
}

func (t *tickerEvent) mini() miniTickerEvent {
	return miniTickerEvent{
		Event: "24hrMiniTicker", Time: t.Time, Symbol: t.Symbol, Last: t.Last,
		Open: t.Open, High: t.High, Low: t.Low, Volume: t.Volume, QuoteVolume: t.QuoteVolume,
	}
}

// ratio renders factor × a / b with some decimals; 0 where b is.
func ratio(a, b exchange.Amount, factor int64, decimals int) string {
	if b == 0 {
		return new(big.Rat).FloatString(decimals)
	}
	r := new(big.Rat).SetFrac64(int64(a), int64(b))
	return r.Mul(r, new(big.Rat).SetInt64(factor)).FloatString(decimals)
}
