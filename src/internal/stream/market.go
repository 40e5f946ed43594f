package stream

import (
	"strconv"
	"strings"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// market is what the hub keeps of a market, and its streams.
type market struct {
	hub  *Hub
	info exchange.Market

	trade, aggTrade, bookTicker *topic
	ticker, miniTicker          *topic
	fast, slow                  depthStreams
	klines                      []*kline

	best   exchange.Depth // as last sent on bookTicker
	moved  bool           // levels have changed since then
	traded bool           // since the tickers were last read
}

// addMarkets makes state and streams for markets that are new in the catalog.
func (h *Hub) addMarkets() {
	for _, info := range h.options.Catalog.Markets() {
		if h.markets[info.ID] == nil {
			h.markets[info.ID] = h.newMarket(info)
		}
	}
}

func (h *Hub) newMarket(info exchange.Market) *market {
	m := &market{hub: h, info: info}
	add := func(suffix string) *topic { return h.addTopic(strings.ToLower(info.Symbol) + suffix) }
	m.trade, m.aggTrade, m.bookTicker = add("@trade"), add("@aggTrade"), add("@bookTicker")
	m.ticker, m.miniTicker = add("@ticker"), add("@miniTicker")
	m.fast.addTopics(add, "@100ms")
	m.slow.addTopics(add, "", "@1000ms")
	for _, interval := range exchange.Intervals {
		k := &kline{market: m, interval: interval, topic: add("@kline_" + string(interval))}
		k.topic.opened = k.open
		m.klines = append(m.klines, k)
	}
	m.reset(h.seq)
	return m
}

// reset forgets everything but the streams.
func (m *market) reset(seq exchange.Seq) {
	m.fast.window, m.slow.window = newWindow(seq+1), newWindow(seq+1)
	m.best, m.moved = exchange.Depth{}, false
	for _, k := range m.klines {
		k.state = nil
	}
}

// change notes a level's new quantity until the next tick.
func (m *market) change(l exchange.LevelChange) {
	m.fast.window.set(l)
	m.moved = true
}

func (m *market) publishTrade(t *exchange.Trade) {
	now := m.hub.now()
	if m.trade.heard() {
		m.hub.send(m.trade, tradeEventOf(m.info.Symbol, t, now))
	}
	if m.aggTrade.heard() {
		m.hub.send(m.aggTrade, aggTradeEventOf(m.info.Symbol, t, now))
	}
	for _, k := range m.klines {
		k.add(t)
	}
	m.traded = true
}

// publishBest sends the best prices and quantities if they have changed.
func (m *market) publishBest() {
	if !m.bookTicker.heard() || !m.moved && !m.bookTicker.fresh {
		return
	}
	m.moved = false
	d := m.hub.options.View.Depth(m.info.ID, 1)
	if !m.bookTicker.fresh && sameSide(d.Bids, m.best.Bids) && sameSide(d.Asks, m.best.Asks) {
		return
	}
	m.best = d
	m.hub.send(m.bookTicker, bookTickerEventOf(m.info.Symbol, &d))
}

func sameSide(a, b []exchange.Level) bool {
	return len(a) == len(b) && (len(a) == 0 || a[0] == b[0])
}

func (m *market) tickFast() {
	changed := !m.fast.window.empty()
	if changed {
		m.slow.window.merge(m.fast.window)
		m.slow.changed = true
	}
	m.sendDepth(&m.fast, changed)
	m.publishBest()
}

func (m *market) tickSlow() {
	m.sendDepth(&m.slow, m.slow.changed)
	m.slow.changed = false
	for _, k := range m.klines {
		k.tick()
	}
}

// depthStreams are a market's depth streams of one speed.
type depthStreams struct {
	window  window
	changed bool
	diff    []*topic
	partial []partialTopic
}

type partialTopic struct {
	*topic
	levels int
}

func (d *depthStreams) addTopics(add func(string) *topic, speeds ...string) {
	for _, speed := range speeds {
		d.diff = append(d.diff, add("@depth"+speed))
		for _, levels := range []int{5, 10, 20} {
			d.partial = append(d.partial, partialTopic{add("@depth" + strconv.Itoa(levels) + speed), levels})
		}
	}
}

// sendDepth sends and empties a window, and the partial books if they have changed
// or somebody has just come.
func (m *market) sendDepth(d *depthStreams, changed bool) {
	if changed {
		var event *depthEvent
		for _, t := range d.diff {
			if !t.heard() {
				continue
			}
			if event == nil {
				event = d.window.event(m.info.Symbol, m.hub.seq, m.hub.now())
			}
			m.hub.send(t, event)
		}
		d.window = newWindow(m.hub.seq + 1)
	}
	for _, p := range d.partial {
		if p.heard() && (changed || p.fresh) {
			m.hub.send(p.topic, partialEventOf(m.hub.options.View.Depth(m.info.ID, p.levels)))
		}
	}
}
