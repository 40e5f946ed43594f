package stream

import (
	"cmp"
	"maps"
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// window collects a market's level changes from a sequence number on. Only the
// latest quantity of a level matters.
type window struct {
	first      exchange.Seq
	bids, asks map[exchange.Amount]exchange.Amount
}

func newWindow(first exchange.Seq) window {
	return window{first: first, bids: map[exchange.Amount]exchange.Amount{}, asks: map[exchange.Amount]exchange.Amount{}}
}

func (w *window) set(l exchange.LevelChange) {
	if l.Side == exchange.Buy {
		w.bids[l.Price] = l.Quantity
	} else {
		w.asks[l.Price] = l.Quantity
	}
}

// merge adds the changes of a later window.
func (w *window) merge(later window) {
	maps.Copy(w.bids, later.bids)
	maps.Copy(w.asks, later.asks)
}

func (w *window) empty() bool { return len(w.bids)+len(w.asks) == 0 }

// depthEvent is a diff of the book. Quantities are absolute, 0 deletes.
type depthEvent struct {
	Event  string          `json:"e"`
	Time   exchange.Millis `json:"E"`
	Symbol string          `json:"s"`
	First  exchange.Seq    `json:"U"`
	Last   exchange.Seq    `json:"u"`
	Bids   []levelPair     `json:"b"`
	Asks   []levelPair     `json:"a"`
}

// levelPair is a price and a quantity.
type levelPair [2]exchange.Amount

// event renders the window, which holds all changes up to last.
func (w *window) event(symbol string, last exchange.Seq, now exchange.Millis) *depthEvent {
	return &depthEvent{
		Event: "depthUpdate", Time: now, Symbol: symbol, First: w.first, Last: last,
		Bids: sortedPairs(w.bids, -1), Asks: sortedPairs(w.asks, 1),
	}
}

func sortedPairs(levels map[exchange.Amount]exchange.Amount, order int) []levelPair {
	out := make([]levelPair, 0, len(levels))
	for price, quantity := range levels {
		out = append(out, levelPair{price, quantity})
	}
	slices.SortFunc(out, func(a, b levelPair) int { return order * cmp.Compare(a[0], b[0]) })
	return out
}

// partialEvent is the top of the book.
type partialEvent struct {
	LastUpdateID exchange.Seq `json:"lastUpdateId"`
	Bids         []levelPair  `json:"bids"`
	Asks         []levelPair  `json:"asks"`
}

func partialEventOf(d exchange.Depth) partialEvent {
	return partialEvent{LastUpdateID: d.LastUpdateID, Bids: pairs(d.Bids), Asks: pairs(d.Asks)}
}

func pairs(levels []exchange.Level) []levelPair {
	out := make([]levelPair, len(levels))
	for i, l := range levels {
		out[i] = levelPair{l.Price, l.Quantity}
	}
	return out
}

// bookTickerEvent is the best of both sides; 0 where a side is empty.
type bookTickerEvent struct {
	UpdateID    exchange.Seq    `json:"u"`
	Symbol      string          `json:"s"`
	BidPrice    exchange.Amount `json:"b"`
	BidQuantity exchange.Amount `json:"B"`
	AskPrice    exchange.Amount `json:"a"`
	AskQuantity exchange.Amount `json:"A"`
}

func bookTickerEventOf(symbol string, d *exchange.Depth) bookTickerEvent {
	bid, ask := bestOf(d.Bids), bestOf(d.Asks)
	return bookTickerEvent{
		UpdateID: d.LastUpdateID, Symbol: symbol,
		BidPrice: bid.Price, BidQuantity: bid.Quantity, AskPrice: ask.Price, AskQuantity: ask.Quantity,
	}
}

func bestOf(levels []exchange.Level) exchange.Level {
	if len(levels) == 0 {
		return exchange.Level{}
	}
	return levels[0]
}
