package matching_test

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

// naive is the book as its rules read: a list of orders as they came, sorted anew
// for every match, with sums of any size. It shares no code with the real book.
type naive struct {
	lot    exchange.Amount
	last   exchange.OrderID
	orders []matching.Resting // in the order of arrival
}

// side lists a side's orders in price-time order.
func (n *naive) side(side exchange.Side) []matching.Resting {
	var orders []matching.Resting
	for _, o := range n.orders {
		if o.Side == side {
			orders = append(orders, o)
		}
	}
	slices.SortStableFunc(orders, func(a, b matching.Resting) int {
		if side == exchange.Buy {
			return cmp.Compare(b.Price, a.Price)
		}
		return cmp.Compare(a.Price, b.Price)
	})
	return orders
}

// all lists the book as Book.Orders does.
func (n *naive) all() []matching.Resting {
	return append(n.side(exchange.Buy), n.side(exchange.Sell)...)
}

func (n *naive) level(side exchange.Side, price exchange.Amount) *big.Int {
	total := new(big.Int)
	for _, o := range n.orders {
		if o.Side == side && o.Price == price {
			total.Add(total, whole(o.Remaining))
		}
	}
	return total
}

// makers lists the orders that an order can match, the next one first.
func (n *naive) makers(in *matching.Incoming) []matching.Resting {
	return slices.DeleteFunc(n.side(in.Side.Opposite()), func(o matching.Resting) bool {
		switch {
		case in.Type == exchange.MarketOrder:
			return false
		case in.Side == exchange.Buy:
			return o.Price > in.Price
		}
		return o.Price < in.Price
	})
}

func (n *naive) cancel(id exchange.OrderID) (exchange.Amount, bool) {
	for i, o := range n.orders {
		if o.ID == id {
			n.orders = slices.Delete(n.orders, i, i+1)
			return o.Remaining, true
		}
	}
	return 0, false
}

func (n *naive) place(in *matching.Incoming) (matching.Result, error) {
	if err := n.refusal(in); err != nil {
		return matching.Result{}, err
	}
	after := &naive{lot: n.lot, last: in.ID, orders: slices.Clone(n.orders)}
	res, err := after.match(in)
	if err != nil {
		return res, err
	}
	if in.Type == exchange.Limit && in.TimeInForce == exchange.FOK && res.Verdict != matching.Filled {
		n.last = in.ID
		return matching.Result{Verdict: matching.ExpiredRest, Remaining: in.Quantity}, nil
	}
	if res.Verdict == matching.Rested {
		if tooLarge(new(big.Int).Add(after.level(in.Side, in.Price), whole(res.Remaining))) {
			return res, exchange.ErrOverflow
		}
		after.orders = append(after.orders, matching.Resting{
			ID: in.ID, Account: in.Account, Side: in.Side, Price: in.Price, Remaining: res.Remaining,
		})
	}
	*n = *after
	return res, nil
}

// refusal is why an order is not even matched.
func (n *naive) refusal(in *matching.Incoming) error {
	limited := in.Type == exchange.Limit || in.Type == exchange.LimitMaker
	switch {
	case in.ID <= n.last:
		return matching.ErrOrderID
	case in.Side.String() == "" || in.Type.String() == "" || in.SelfTrade.String() == "",
		in.Type == exchange.Limit && in.TimeInForce.String() == "",
		limited && (in.Price <= 0 || in.Quantity <= 0 || in.QuoteQuantity != 0),
		!limited && (in.Price != 0 || in.Quantity < 0 || in.QuoteQuantity < 0),
		!limited && (in.Quantity > 0) == (in.QuoteQuantity > 0),
		in.Quantity%n.lot != 0:
		return matching.ErrMalformed
	case !limited:
		return nil
	}
	if _, exact := cost(in.Price, n.lot); !exact {
		return matching.ErrMalformed
	}
	if notional, _ := cost(in.Price, in.Quantity); tooLarge(notional) {
		return exchange.ErrOverflow
	}
	if in.Type == exchange.LimitMaker && len(n.makers(in)) > 0 {
		return matching.ErrWouldMatch
	}
	return nil
}

// match executes an order maker by maker and changes the book as it goes.
func (n *naive) match(in *matching.Incoming) (res matching.Result, err error) {
	base, quote := new(big.Int), new(big.Int)
	for {
		if in.Quantity > 0 {
			res.Remaining = in.Quantity - exchange.Amount(base.Int64())
		}
		makers := n.makers(in)
		switch {
		case in.Quantity > 0 && res.Remaining == 0, in.QuoteQuantity > 0 && quote.Cmp(whole(in.QuoteQuantity)) == 0:
			res.Verdict = matching.Filled
			return res, nil
		case len(makers) == 0 && (in.Type == exchange.LimitMaker || in.Type == exchange.Limit && in.TimeInForce == exchange.GTC):
			res.Verdict = matching.Rested
			return res, nil
		case len(makers) == 0:
			res.Verdict = matching.ExpiredRest
			return res, nil
		}
		maker := makers[0]
		quantity := min(maker.Remaining, n.wanted(in, res.Remaining, quote, maker.Price))
		if quantity == 0 {
			res.Verdict = matching.ExpiredRest
			if base.Sign() > 0 {
				res.Verdict = matching.Filled
			}
			return res, nil
		}
		if maker.Account == in.Account {
			if in.SelfTrade == exchange.ExpireMaker || in.SelfTrade == exchange.ExpireBoth {
				n.cancel(maker.ID)
				res.Expired = append(res.Expired, matching.Expired{Order: maker.ID, Account: maker.Account, Remaining: maker.Remaining})
			}
			if in.SelfTrade == exchange.ExpireTaker || in.SelfTrade == exchange.ExpireBoth {
				res.Verdict = matching.ExpiredInMatch
				return res, nil
			}
			continue
		}
		paid, _ := cost(maker.Price, quantity)
		base.Add(base, whole(quantity))
		quote.Add(quote, paid)
		switch {
		case in.Type == exchange.MarketOrder && in.Side == exchange.Buy && quote.Cmp(whole(in.Budget)) > 0,
			in.Type == exchange.MarketOrder && in.Side == exchange.Sell && base.Cmp(whole(in.Budget)) > 0:
			return res, matching.ErrBudget
		case tooLarge(base) || tooLarge(quote):
			return res, exchange.ErrOverflow
		}
		n.reduce(maker.ID, quantity)
		res.Fills = append(res.Fills, matching.Fill{
			Maker: maker.ID, MakerAccount: maker.Account, Price: maker.Price,
			Quantity: quantity, Quote: exchange.Amount(paid.Int64()), MakerRemaining: maker.Remaining - quantity,
		})
	}
}

// wanted is how much an order would take at a price if there were enough.
func (n *naive) wanted(in *matching.Incoming, remaining exchange.Amount, spent *big.Int, price exchange.Amount) exchange.Amount {
	if in.QuoteQuantity == 0 {
		return remaining
	}
	left := new(big.Int).Sub(whole(in.QuoteQuantity), spent)
	lotCost, _ := cost(price, n.lot)
	bought := left.Mul(left.Div(left, lotCost), whole(n.lot))
	if tooLarge(bought) {
		return exchange.MaxAmount
	}
	return exchange.Amount(bought.Int64())
}

func (n *naive) reduce(id exchange.OrderID, quantity exchange.Amount) {
	for i := range n.orders {
		if n.orders[i].ID != id {
			continue
		}
		if n.orders[i].Remaining -= quantity; n.orders[i].Remaining == 0 {
			n.orders = slices.Delete(n.orders, i, i+1)
		}
		return
	}
}

func whole(a exchange.Amount) *big.Int { return big.NewInt(int64(a)) }

func tooLarge(v *big.Int) bool { return !v.IsInt64() }

// cost is price × quantity in units of the quote asset.
func cost(price, quantity exchange.Amount) (units *big.Int, exact bool) {
	units, rest := new(big.Int).QuoRem(new(big.Int).Mul(whole(price), whole(quantity)), whole(exchange.Unit), new(big.Int))
	return units, rest.Sign() == 0
}
