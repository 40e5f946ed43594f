package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// How many of the latest closed orders and fills a page shows. Open ones are among
// the orders asked for.
const (
	closedOrders = 12
	latestOrders = 50
	latestFills  = 12
)

// accountView is what a page shows of the visitor's own account.
type accountView struct {
	Balances []balanceView
	Open     []orderView
	Closed   []orderView // latest first
	Fills    []fillView  // latest first
	All      string      // what cancels all orders that are shown: a symbol or allMarkets
}

type balanceView struct{ Asset, Available, Locked string }

type orderView struct {
	ID                        exchange.OrderID
	At                        exchange.Millis
	Symbol, Pair              string
	Side, SideClass, Type     string
	Price, Quantity, Executed string
	Status                    exchange.OrderStatus
}

type fillView struct {
	ID              exchange.TradeID
	At              exchange.Millis
	Side, SideClass string
	Price, Quantity string
	Quote, Fee      string
	Role            string
}

// accountOf reads what a market's page shows of an account.
func (s *site) accountOf(ctx context.Context, account exchange.AccountID, m exchange.Market) (*accountView, error) {
	view, err := s.holdingsOf(ctx, account, m.ID)
	if err != nil {
		return nil, err
	}
	view.All = m.Symbol
	orders, err := s.Books.Orders(ctx, exchange.OrderQuery{Account: account, Market: m.ID, Limit: latestOrders})
	if err != nil {
		return nil, fmt.Errorf("reading the latest orders: %w", err)
	}
	for _, o := range slices.Backward(orders) {
		if !o.Open() && len(view.Closed) < closedOrders {
			view.Closed = append(view.Closed, newOrderView(m, o))
		}
	}
	trades, err := s.Books.AccountTrades(ctx, exchange.TradeQuery{Account: account, Market: m.ID, Limit: latestFills})
	if err != nil {
		return nil, fmt.Errorf("reading the latest fills: %w", err)
	}
	for _, t := range slices.Backward(trades) {
		view.Fills = append(view.Fills, newFillView(m, account, t))
	}
	return view, nil
}

// holdingsOf reads an account's balances and its open orders in a market; 0: in all.
func (s *site) holdingsOf(ctx context.Context, account exchange.AccountID, market exchange.MarketID) (*accountView, error) {
	balances, err := s.Books.Balances(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("reading the balances: %w", err)
	}
	open, err := s.Books.OpenOrders(ctx, account, market)
	if err != nil {
		return nil, fmt.Errorf("reading the open orders: %w", err)
	}
	view := &accountView{All: allMarkets}
	for _, b := range balances {
		if asset, known := s.Catalog.AssetByID(b.Asset); known {
			view.Balances = append(view.Balances, balanceView{asset.Code, b.Available.String(), b.Locked.String()})
		}
	}
	slices.SortFunc(view.Balances, func(a, b balanceView) int { return strings.Compare(a.Asset, b.Asset) })
	for _, o := range slices.Backward(open) {
		if m, known := s.Catalog.MarketByID(o.Market); known {
			view.Open = append(view.Open, newOrderView(m, o))
		}
	}
	return view, nil
}

func newOrderView(m exchange.Market, o exchange.Order) orderView {
	view := orderView{
		ID: o.ID, At: o.CreatedAt, Symbol: m.Symbol, Pair: m.Base.Code + "/" + m.Quote.Code,
		Side: sideWords(o.Side), SideClass: sideClass(o.Side), Type: typeWords[o.Type], Status: o.Status,
		Price:    figure(o.Price, decimalsOf(m.Tick)),
		Quantity: decimal(o.Quantity, decimalsOf(m.Lot)),
		Executed: decimal(o.Executed, decimalsOf(m.Lot)),
	}
	if o.Type == exchange.MarketOrder {
		view.Price = average(o, decimalsOf(m.Tick))
	}
	if o.QuoteQuantity > 0 {
		view.Quantity = decimal(o.QuoteQuantity, 2) + " " + m.Quote.Code
	}
	if o.TimeInForce != exchange.GTC && o.Type == exchange.Limit {
		view.Type += " " + o.TimeInForce.String()
	}
	return view
}

func newFillView(m exchange.Market, account exchange.AccountID, t exchange.Trade) fillView {
	side, fee, role := t.TakerSide, t.TakerFee, "Taker"
	if t.MakerAccount == account && t.TakerAccount != account {
		side, fee, role = t.TakerSide.Opposite(), t.MakerFee, "Maker"
	}
	received := m.Quote.Code
	if side == exchange.Buy {
		received = m.Base.Code
	}
	return fillView{
		ID: t.ID, At: t.At, Side: sideWords(side), SideClass: sideClass(side), Role: role,
		Price: decimal(t.Price, decimalsOf(m.Tick)), Quantity: decimal(t.Quantity, decimalsOf(m.Lot)),
		Quote: decimal(t.Quote, 2), Fee: decimal(fee, 2) + " " + received,
	}
}
