package stream_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
)

// What the hub sees of an exchange: a catalog, a view, the history and the accounts,
// in memory, and batches in order.

const (
	btcusdt = exchange.MarketID(1)
	ethusdt = exchange.MarketID(2)

	alice = exchange.AccountID(100)
	bob   = exchange.AccountID(101)
)

var (
	usdt = exchange.Asset{ID: 1, Code: "USDT"}
	btc  = exchange.Asset{ID: 2, Code: "BTC"}
	eth  = exchange.Asset{ID: 3, Code: "ETH"}
)

var amount = exchange.MustAmount

// catalog implements exchange.Catalog.
type catalog struct {
	markets atomic.Pointer[[]exchange.Market]
}

func newCatalog() *catalog {
	c := &catalog{}
	c.markets.Store(&[]exchange.Market{
		{ID: btcusdt, Symbol: "BTCUSDT", Base: btc, Quote: usdt, Tick: amount("0.01"), Lot: amount("0.00001")},
		{ID: ethusdt, Symbol: "ETHUSDT", Base: eth, Quote: usdt, Tick: amount("0.01"), Lot: amount("0.0001")},
	})
	return c
}

func (c *catalog) add(m exchange.Market) {
	markets := append(c.Markets(), m)
	c.markets.Store(&markets)
}

func (c *catalog) Assets() []exchange.Asset { return []exchange.Asset{btc, eth, usdt} }

func (c *catalog) Asset(code string) (exchange.Asset, bool) {
	for _, a := range c.Assets() {
		if a.Code == code {
			return a, true
		}
	}
	return exchange.Asset{}, false
}

func (c *catalog) AssetByID(id exchange.AssetID) (exchange.Asset, bool) {
	for _, a := range c.Assets() {
		if a.ID == id {
			return a, true
		}
	}
	return exchange.Asset{}, false
}

func (c *catalog) Markets() []exchange.Market {
	return append([]exchange.Market(nil), *c.markets.Load()...)
}

func (c *catalog) Market(symbol string) (exchange.Market, bool) {
	for _, m := range c.Markets() {
		if m.Symbol == symbol {
			return m, true
		}
	}
	return exchange.Market{}, false
}

func (c *catalog) MarketByID(id exchange.MarketID) (exchange.Market, bool) {
	for _, m := range c.Markets() {
		if m.ID == id {
			return m, true
		}
	}
	return exchange.Market{}, false
}

// history implements what the hub uses of exchange.Books. A batch is in it before it
// is published.
type history struct {
	exchange.Books
	mu     sync.Mutex
	trades []exchange.Trade
	asked  atomic.Int64 // questions
	fail   atomic.Pointer[error]
	answer func(question int64) // called before an answer leaves; may be nil
}

func (b *history) add(trades []exchange.Trade) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trades = append(b.trades, trades...)
}

func (b *history) all() []exchange.Trade {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]exchange.Trade(nil), b.trades...)
}

func (b *history) of(market exchange.MarketID) ([]exchange.Trade, error) {
	question := b.asked.Add(1)
	if b.answer != nil {
		defer b.answer(question)
	}
	if err := b.fail.Load(); err != nil {
		return nil, *err
	}
	var out []exchange.Trade
	for _, t := range b.all() {
		if t.Market == market {
			out = append(out, t)
		}
	}
	return out, nil
}

func (b *history) MarketTrades(_ context.Context, market exchange.MarketID, limit int) ([]exchange.Trade, error) {
	trades, err := b.of(market)
	return trades[max(0, len(trades)-limit):], err
}

func (b *history) Candles(_ context.Context, q exchange.CandleQuery) ([]exchange.Candle, error) {
	trades, err := b.of(q.Market)
	if err != nil {
		return nil, err
	}
	candles := candlesOf(trades, q.Interval)
	return candles[max(0, len(candles)-q.Limit):], nil
}

// candlesOf is the definition of candles, trade by trade.
func candlesOf(trades []exchange.Trade, interval exchange.Interval) []exchange.Candle {
	var candles []exchange.Candle
	for _, t := range trades {
		open, last := interval.Span(t.At)
		if n := len(candles); n == 0 || candles[n-1].OpenTime != open {
			candles = append(candles, exchange.Candle{OpenTime: open, CloseTime: last, Open: t.Price, High: t.Price, Low: t.Price})
		}
		c := &candles[len(candles)-1]
		c.High, c.Low, c.Close = max(c.High, t.Price), min(c.Low, t.Price), t.Price
		c.Volume += t.Quantity
		c.QuoteVolume += t.Quote
		if t.TakerSide == exchange.Buy {
			c.TakerBuyBase += t.Quantity
			c.TakerBuyQuote += t.Quote
		}
		c.Trades++
	}
	return candles
}

func (b *history) Tickers(_ context.Context, markets []exchange.MarketID) ([]exchange.Ticker, error) {
	var out []exchange.Ticker
	for _, m := range markets {
		trades, err := b.of(m)
		if err != nil {
			return nil, err
		}
		t := exchange.Ticker{Market: m, FirstTrade: -1, LastTrade: -1}
		for _, trade := range trades {
			if t.Trades == 0 {
				t.Open, t.High, t.Low, t.FirstTrade = trade.Price, trade.Price, trade.Price, trade.ID
			}
			t.High, t.Low, t.Last = max(t.High, trade.Price), min(t.Low, trade.Price), trade.Price
			t.Volume += trade.Quantity
			t.QuoteVolume += trade.Quote
			t.LastQuantity, t.LastTrade = trade.Quantity, trade.ID
			t.Trades++
		}
		out = append(out, t)
	}
	return out, nil
}

// accounts implements what the hub uses of exchange.Accounts.
type accounts struct {
	exchange.Accounts
	mu   sync.Mutex
	keys map[string]exchange.APIKey
	fail error
}

func newAccounts() *accounts {
	return &accounts{keys: map[string]exchange.APIKey{
		"alice-key": {Key: "alice-key", Secret: "alice-secret", Account: alice, Scopes: exchange.ScopeRead | exchange.ScopeTrade},
		"bob-key":   {Key: "bob-key", Secret: "bob-secret", Account: bob, Scopes: exchange.ScopeRead},
		"blind-key": {Key: "blind-key", Secret: "blind-secret", Account: alice, Scopes: exchange.ScopeTrade},
	}}
}

func (a *accounts) APIKey(_ context.Context, key string) (exchange.APIKey, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fail != nil {
		return exchange.APIKey{}, a.fail
	}
	k, known := a.keys[key]
	if !known {
		return k, &exchange.Error{Code: exchange.CodeUnauthorized, Message: "Unknown API key."}
	}
	return k, nil
}

func (a *accounts) failWith(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fail = err
}

func (a *accounts) revoke(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.keys, key)
}

// market makes up batches: levels that come and go around a price, trades between
// them. The same seed makes the same batches.
type market struct {
	random *rand.Rand
	view   *marketdata.View
	trade  exchange.TradeID
	clock  func() exchange.Millis
}

func newMarket(seed uint64, view *marketdata.View) *market {
	return &market{random: rand.New(rand.NewPCG(seed, 0)), view: view, clock: func() exchange.Millis {
		return exchange.Millis(time.Now().UnixMilli())
	}}
}

// next makes the batch that follows the view's state. It always touches BTCUSDT.
func (m *market) next() *exchange.Batch {
	first := m.view.Seq() + 1
	b := &exchange.Batch{First: first, Last: first + exchange.Seq(m.random.IntN(8)), At: m.clock()}
	b.ID = b.Last
	seen := map[exchange.LevelChange]bool{}
	for i := range 1 + m.random.IntN(6) {
		id := btcusdt
		if i > 0 && m.random.IntN(3) == 0 {
			id = ethusdt
		}
		l := m.level(id)
		key := l
		key.Quantity = 0
		if !seen[key] {
			seen[key] = true
			b.Levels = append(b.Levels, l)
		}
		if m.random.IntN(2) == 0 {
			b.Trades = append(b.Trades, m.tradeOf(id, b))
		}
	}
	return b
}

func (m *market) level(id exchange.MarketID) exchange.LevelChange {
	l := exchange.LevelChange{Market: id, Side: exchange.Buy, Price: amount("20000") - exchange.Amount(1+m.random.IntN(60))*amount("0.01")}
	if m.random.IntN(2) == 0 {
		l.Side, l.Price = exchange.Sell, amount("20000")+exchange.Amount(m.random.IntN(60))*amount("0.01")
	}
	if m.random.IntN(3) > 0 {
		l.Quantity = exchange.Amount(1+m.random.IntN(100_000)) * amount("0.00001")
	}
	return l
}

func (m *market) tradeOf(id exchange.MarketID, b *exchange.Batch) exchange.Trade {
	m.trade++
	t := exchange.Trade{
		ID: m.trade, Seq: b.First, Market: id, Price: amount("19999") + exchange.Amount(m.random.IntN(200))*amount("0.01"),
		Quantity: exchange.Amount(1+m.random.IntN(1000)) * amount("0.00001"), TakerSide: exchange.Side(1 + m.random.IntN(2)),
		MakerOrder: exchange.OrderID(b.First - 1), TakerOrder: exchange.OrderID(b.First), At: b.At,
	}
	t.Quote, _ = exchange.Notional(t.Price, t.Quantity)
	return t
}
