package stream

import (
	"cmp"
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// executionReport tells an account what became of one of its orders. A batch holds
// an order's final state and all its trades; the reports are the steps between.
type executionReport struct {
	account exchange.AccountID
	order   reportOrder

	Event             string           `json:"e"`
	Time              exchange.Millis  `json:"E"`
	Symbol            string           `json:"s"`
	ClientID          string           `json:"c"`
	Side              string           `json:"S"`
	Type              string           `json:"o"`
	TimeInForce       string           `json:"f"`
	Quantity          exchange.Amount  `json:"q"`
	Price             exchange.Amount  `json:"p"`
	StopPrice         exchange.Amount  `json:"P"` // always 0
	IcebergQuantity   exchange.Amount  `json:"F"` // always 0
	OrderList         int64            `json:"g"` // always -1
	OriginalClientID  string           `json:"C"` // of a cancelled order
	Execution         string           `json:"x"`
	Status            string           `json:"X"`
	RejectReason      string           `json:"r"` // always NONE: a refused order has no report
	OrderID           exchange.OrderID `json:"i"`
	LastQuantity      exchange.Amount  `json:"l"`
	CumulativeBase    exchange.Amount  `json:"z"`
	LastPrice         exchange.Amount  `json:"L"`
	Fee               exchange.Amount  `json:"n"`
	FeeAsset          *string          `json:"N"`
	TransactionTime   exchange.Millis  `json:"T"`
	TradeID           exchange.TradeID `json:"t"`
	ExecutionID       exchange.Seq     `json:"I"`
	OnBook            bool             `json:"w"`
	Maker             bool             `json:"m"`
	Ignore            bool             `json:"M"` // keeps case-insensitive parsers off "m"
	CreatedAt         exchange.Millis  `json:"O"`
	CumulativeQuote   exchange.Amount  `json:"Z"`
	LastQuote         exchange.Amount  `json:"Y"`
	QuoteQuantity     exchange.Amount  `json:"Q"`
	WorkingTime       exchange.Millis  `json:"W,omitempty"` // since when it has been on the book
	SelfTradeHandling string           `json:"V"`
}

// reportOrder puts an account's reports into the order in which things happened:
// by command, and within a command placed, traded, ended.
type reportOrder struct {
	seq   exchange.Seq
	phase int
	trade exchange.TradeID
}

func (a reportOrder) compare(b reportOrder) int {
	return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.phase, b.phase), cmp.Compare(a.trade, b.trade))
}

// executionReports returns the reports of all accounts listened to.
func (h *Hub) executionReports(b *exchange.Batch, now exchange.Millis) []*executionReport {
	trades := map[exchange.OrderID][]*exchange.Trade{}
	for i := range b.Trades {
		t := &b.Trades[i]
		if _, heard := h.accounts[t.MakerAccount]; heard {
			trades[t.MakerOrder] = append(trades[t.MakerOrder], t)
		}
		if _, heard := h.accounts[t.TakerAccount]; heard {
			trades[t.TakerOrder] = append(trades[t.TakerOrder], t)
		}
	}
	var reports []*executionReport
	for i := range b.Orders {
		o := &b.Orders[i]
		if _, heard := h.accounts[o.Account]; !heard {
			continue
		}
		if m := h.market(o.Market); m != nil {
			reports = append(reports, reportsOf(b, o, trades[o.ID], m.info, now)...)
		}
	}
	slices.SortStableFunc(reports, func(x, y *executionReport) int { return x.order.compare(y.order) })
	return reports
}

// reportsOf returns the steps of one order in a batch.
func reportsOf(b *exchange.Batch, o *exchange.Order, trades []*exchange.Trade, m exchange.Market, now exchange.Millis) []*executionReport {
	// The order's state is the one after the batch; walk forward from before.
	base, quote := o.Executed, o.CumulativeQuote
	for _, t := range trades {
		base, quote = base-t.Quantity, quote-t.Quote
	}
	var reports []*executionReport
	if exchange.Seq(o.ID) >= b.First {
		r := newReport(o, m, now, "NEW", exchange.StatusNew)
		r.order = reportOrder{seq: exchange.Seq(o.ID), phase: 0}
		r.TransactionTime = o.CreatedAt
		reports = append(reports, r)
	}
	for i, t := range trades {
		base, quote = base+t.Quantity, quote+t.Quote
		status := exchange.StatusPartiallyFilled
		if i == len(trades)-1 && o.Status == exchange.StatusFilled {
			status = exchange.StatusFilled
		}
		r := newReport(o, m, now, "TRADE", status)
		r.order = reportOrder{seq: t.Seq, phase: 1, trade: t.ID}
		r.CumulativeBase, r.CumulativeQuote = base, quote
		r.setTrade(o, t, m)
		reports = append(reports, r)
	}
	if execution := endings[o.Status]; execution != "" {
		r := newReport(o, m, now, execution, o.Status)
		r.order = reportOrder{seq: o.UpdatedSeq, phase: 2}
		r.CumulativeBase, r.CumulativeQuote = base, quote
		r.TransactionTime = o.UpdatedAt
		if o.Status == exchange.StatusCanceled {
			r.OriginalClientID = o.ClientID
		}
		reports = append(reports, r)
	}
	for _, r := range reports {
		r.ExecutionID = r.order.seq
	}
	return reports
}

// endings are the execution types with which an order ends other than by trading.
var endings = map[exchange.OrderStatus]string{
	exchange.StatusCanceled:       "CANCELED",
	exchange.StatusExpired:        "EXPIRED",
	exchange.StatusExpiredInMatch: "TRADE_PREVENTION",
}

func newReport(o *exchange.Order, m exchange.Market, now exchange.Millis, execution string, status exchange.OrderStatus) *executionReport {
	r := &executionReport{
		account: o.Account, Event: "executionReport", Time: now, Symbol: m.Symbol, ClientID: o.ClientID,
		Side: o.Side.String(), Type: o.Type.String(), TimeInForce: cmp.Or(o.TimeInForce.String(), exchange.GTC.String()),
		Quantity: o.Quantity, Price: o.Price, OrderList: -1, Execution: execution, Status: status.String(), RejectReason: "NONE",
		OrderID: o.ID, TradeID: -1, CreatedAt: o.CreatedAt, QuoteQuantity: o.QuoteQuantity, SelfTradeHandling: cmp.Or(o.SelfTrade.String(), "NONE"),
	}
	open := status == exchange.StatusNew || status == exchange.StatusPartiallyFilled
	if o.Type != exchange.MarketOrder && o.TimeInForce == exchange.GTC {
		r.OnBook, r.WorkingTime = open, o.CreatedAt
	}
	return r
}

// setTrade fills in a fill. The buyer pays its fee in the base asset, the seller in
// the quote asset.
func (r *executionReport) setTrade(o *exchange.Order, t *exchange.Trade, m exchange.Market) {
	r.LastQuantity, r.LastPrice, r.LastQuote = t.Quantity, t.Price, t.Quote
	r.TransactionTime, r.TradeID = t.At, t.ID
	r.Fee = t.TakerFee
	if r.Maker = o.ID == t.MakerOrder; r.Maker {
		r.Fee = t.MakerFee
	}
	r.FeeAsset = &m.Quote.Code
	if o.Side == exchange.Buy {
		r.FeeAsset = &m.Base.Code
	}
}
