package stream

import (
	"context"
	"errors"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	// klineGrace is how long after its end an interval stays open for trades whose
	// batch is still on its way.
	klineGrace = exchange.Millis(1000)
	// klinePending bounds the trades kept while the database is being asked.
	klinePending = 1 << 16
)

// kline is a market's candle of one interval. It costs nothing until somebody
// subscribes; then it stays up to date.
type kline struct {
	market   *market
	interval exchange.Interval
	topic    *topic
	state    *klineState // nil before the first subscription
}

// klineState begins as a list of the trades published since the first subscription.
// Once the database has told its candle and the last trade in it, the later ones
// are added to that candle.
type klineState struct {
	seeded      bool
	pending     []exchange.Trade
	through     exchange.TradeID // the last trade in the database's candle
	candle      exchange.Candle
	first, last exchange.TradeID // -1: none, or not known
	changed     bool             // since it was last sent
	shown       bool             // something has been sent
}

// open begins the accumulation. The hub's lock must be held.
func (k *kline) open() {
	if k.state == nil {
		k.state = &klineState{first: -1, last: -1}
		go k.seed(k.state)
	}
}

// seed asks the database until it has a candle that is certain.
func (k *kline) seed(s *klineState) {
	h := k.market.hub
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		candle, latest, err := k.read()
		done := err == nil
		h.locked(func() {
			switch {
			case k.state != s:
				done = true // given up meanwhile
			case done:
				k.begin(candle, latest)
			}
		})
		if done {
			return
		}
		if !errors.Is(err, errTraded) {
			h.options.Log.Warn("reading the current candle", "stream", k.topic.name, "error", err)
		}
		select {
		case <-h.ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// errTraded says that a trade came while the candle was being read, so that nobody
// knows whether it is in it.
var errTraded = errors.New("the market traded while its candle was read")

// read returns the latest candle and the market's latest trade, which is the last
// one that the candle holds.
func (k *kline) read() (candle exchange.Candle, latest exchange.Trade, err error) {
	ctx, cancel := context.WithTimeout(k.market.hub.ctx, 5*time.Second)
	defer cancel()
	books := k.market.hub.options.Books
	before, err := k.latestTrade(ctx)
	if err != nil {
		return candle, latest, err
	}
	candles, err := books.Candles(ctx, exchange.CandleQuery{Market: k.market.info.ID, Interval: k.interval, Limit: 1})
	if err != nil {
		return candle, latest, err
	}
	if latest, err = k.latestTrade(ctx); err != nil {
		return candle, latest, err
	}
	if before.ID != latest.ID {
		return candle, latest, errTraded
	}
	if len(candles) > 0 {
		candle = candles[len(candles)-1]
	}
	return candle, latest, nil
}

func (k *kline) latestTrade(ctx context.Context) (exchange.Trade, error) {
	trades, err := k.market.hub.options.Books.MarketTrades(ctx, k.market.info.ID, 1)
	if err != nil || len(trades) == 0 {
		return exchange.Trade{}, err
	}
	return trades[len(trades)-1], nil
}

// begin continues the database's candle with the trades that are not in it.
func (k *kline) begin(candle exchange.Candle, latest exchange.Trade) {
	s := k.state
	s.seeded, s.candle, s.through = true, candle, latest.ID
	if candle.Trades > 0 {
		s.last = latest.ID
	}
	k.rollTo(k.market.hub.now())
	pending := s.pending
	s.pending = nil
	for i := range pending {
		k.add(&pending[i])
	}
}

// add counts a trade.
func (k *kline) add(t *exchange.Trade) {
	s := k.state
	switch {
	case s == nil || s.seeded && t.ID <= s.through:
		return
	case !s.seeded && len(s.pending) == klinePending:
		k.state = nil
		k.open()
		return
	case !s.seeded:
		s.pending = append(s.pending, *t)
		return
	}
	k.rollTo(t.At)
	c := &s.candle
	if t.At < c.OpenTime {
		return // a writer whose clock was behind: the interval has been sent as closed
	}
	if c.Trades == 0 {
		c.Open, c.High, c.Low = t.Price, t.Price, t.Price
		s.first = t.ID
	}
	c.High, c.Low, c.Close = max(c.High, t.Price), min(c.Low, t.Price), t.Price
	c.Volume, c.QuoteVolume = sum(c.Volume, t.Quantity), sum(c.QuoteVolume, t.Quote)
	if t.TakerSide == exchange.Buy {
		c.TakerBuyBase, c.TakerBuyQuote = sum(c.TakerBuyBase, t.Quantity), sum(c.TakerBuyQuote, t.Quote)
	}
	c.Trades++
	s.last = t.ID
	s.changed = true
}

// sum adds volumes, which stop at the largest amount.
func sum(a, b exchange.Amount) exchange.Amount {
	total, err := a.Add(b)
	if err != nil {
		return exchange.MaxAmount
	}
	return total
}

// rollTo makes the interval in which at lies the current one, if it is later. The
// one before is sent as closed.
func (k *kline) rollTo(at exchange.Millis) {
	s := k.state
	open, last := k.interval.Span(at)
	if open <= s.candle.OpenTime {
		return
	}
	if s.shown {
		k.market.hub.send(k.topic, k.event(true))
	}
	price := s.candle.Close
	s.candle = exchange.Candle{OpenTime: open, CloseTime: last, Open: price, High: price, Low: price, Close: price}
	s.first, s.last, s.changed = -1, -1, true
}

// tick sends the candle if it has changed, each second.
func (k *kline) tick() {
	s := k.state
	if s == nil || !s.seeded {
		return
	}
	k.rollTo(k.market.hub.now() - klineGrace)
	if k.topic.heard() && (s.changed || k.topic.fresh) {
		s.changed, s.shown = false, true
		k.market.hub.send(k.topic, k.event(false))
	}
}

type klineEvent struct {
	Event  string          `json:"e"`
	Time   exchange.Millis `json:"E"`
	Symbol string          `json:"s"`
	Kline  klineBody       `json:"k"`
}

type klineBody struct {
	OpenTime      exchange.Millis   `json:"t"`
	CloseTime     exchange.Millis   `json:"T"`
	Symbol        string            `json:"s"`
	Interval      exchange.Interval `json:"i"`
	First         exchange.TradeID  `json:"f"`
	Last          exchange.TradeID  `json:"L"`
	Open          exchange.Amount   `json:"o"`
	Close         exchange.Amount   `json:"c"`
	High          exchange.Amount   `json:"h"`
	Low           exchange.Amount   `json:"l"`
	Volume        exchange.Amount   `json:"v"`
	Trades        int64             `json:"n"`
	Closed        bool              `json:"x"`
	QuoteVolume   exchange.Amount   `json:"q"`
	TakerBuyBase  exchange.Amount   `json:"V"`
	TakerBuyQuote exchange.Amount   `json:"Q"`
	Ignore        string            `json:"B"`
}

func (k *kline) event(closed bool) klineEvent {
	s := k.state
	c := &s.candle
	symbol := k.market.info.Symbol
	return klineEvent{
		Event: "kline", Time: k.market.hub.now(), Symbol: symbol,
		Kline: klineBody{
			OpenTime: c.OpenTime, CloseTime: c.CloseTime, Symbol: symbol, Interval: k.interval, First: s.first, Last: s.last,
			Open: c.Open, Close: c.Close, High: c.High, Low: c.Low, Volume: c.Volume, Trades: c.Trades, Closed: closed,
			QuoteVolume: c.QuoteVolume, TakerBuyBase: c.TakerBuyBase, TakerBuyQuote: c.TakerBuyQuote, Ignore: "0",
		},
	}
}
