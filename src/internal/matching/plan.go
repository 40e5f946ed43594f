package matching

import "github.com/bitpin/exchange/src/internal/exchange"

// plan is what an order will do to the book. Matching takes makers strictly from
// the front, so the change to the other side is: so many makers leave it, and the
// one then in front may lose a part.
type plan struct {
	base, quote exchange.Amount // executed
	leaving     int             // makers, filled or expired
	part        exchange.Amount // executed of the maker that stays
	end         ending
	rest        place // of what is left, if the order rests
}

// ending says why matching ended.
type ending uint8

const (
	ranOut    ending = iota // no maker left at an acceptable price
	satisfied               // executed whole; by quote quantity: not one more lot fits
	selfTrade               // the next maker is the taker's own
)

// plan decides what an order does, and writes it into res.
func (b *Book) plan(in *Incoming, res *Result) (plan, error) {
	res.Fills, res.Expired = res.Fills[:0], res.Expired[:0]
	if err := b.check(in); err != nil {
		return plan{}, err
	}
	p := plan{}
	if in.Type == exchange.LimitMaker {
		if b.crosses(in.Side, in.Price) {
			return p, ErrWouldMatch
		}
	} else if err := b.match(in, res, &p); err != nil {
		return p, err
	}
	if in.TimeInForce == exchange.FOK && in.Type == exchange.Limit && p.end != satisfied {
		res.Fills, res.Expired, p = res.Fills[:0], res.Expired[:0], plan{}
	}
	res.Remaining = 0
	if in.QuoteQuantity == 0 {
		res.Remaining = in.Quantity - p.base
	}
	res.Verdict = verdict(in, &p)
	if res.Verdict == Rested {
		var err error
		p.rest, err = b.room(in.Side, in.Price, res.Remaining)
		return p, err
	}
	return p, nil
}

// check refuses an order that the book cannot understand.
func (b *Book) check(in *Incoming) error {
	switch {
	case in.ID <= b.last:
		return ErrOrderID
	case in.Side != exchange.Buy && in.Side != exchange.Sell, in.SelfTrade < exchange.ExpireTaker, in.SelfTrade > exchange.ExpireBoth:
		return ErrMalformed
	}
	switch in.Type {
	case exchange.MarketOrder:
		if in.Price != 0 || in.Quantity < 0 || in.QuoteQuantity < 0 || (in.Quantity == 0) == (in.QuoteQuantity == 0) || in.Quantity%b.lot != 0 {
			return ErrMalformed
		}
		return nil
	case exchange.Limit, exchange.LimitMaker:
		if in.QuoteQuantity != 0 || (in.Type == exchange.Limit && (in.TimeInForce < exchange.GTC || in.TimeInForce > exchange.FOK)) {
			return ErrMalformed
		}
		return b.checkLimit(in.Price, in.Quantity)
	}
	return ErrMalformed
}

func verdict(in *Incoming, p *plan) Verdict {
	switch {
	case p.end == satisfied && p.base > 0: // by quote quantity, one lot may already be too much
		return Filled
	case p.end == selfTrade:
		return ExpiredInMatch
	case in.Type == exchange.LimitMaker || (in.Type == exchange.Limit && in.TimeInForce == exchange.GTC):
		return Rested
	}
	return ExpiredRest
}

// match walks the other side from its best maker until the order is satisfied.
func (b *Book) match(in *Incoming, res *Result, p *plan) error {
	opposite := in.Side.Opposite()
	rungs := b.side(opposite).rungs
	for i := len(rungs) - 1; i >= 0; i-- {
		if in.Type == exchange.Limit && rungs[i].key < key(opposite, in.Price) {
			break
		}
		l := b.levels.at(rungs[i].level)
		for n := l.head; n != none; {
			maker := b.orders.at(n)
			ended, err := b.meet(in, maker, l.price, res, p)
			if ended || err != nil {
				return err
			}
			n = maker.next
		}
	}
	if (in.QuoteQuantity == 0 && p.base == in.Quantity) || (in.QuoteQuantity > 0 && p.quote == in.QuoteQuantity) {
		p.end = satisfied
	}
	return nil
}

// meet matches the order with the next maker; ended says that there is none after.
func (b *Book) meet(in *Incoming, maker *order, price exchange.Amount, res *Result, p *plan) (ended bool, err error) {
	quantity := in.Quantity - p.base
	if in.QuoteQuantity > 0 {
		quantity = exchange.Affordable(in.QuoteQuantity-p.quote, price, b.lot)
	}
	if quantity == 0 {
		p.end = satisfied
		return true, nil
	}
	if maker.account == in.Account {
		return preventSelfTrade(in, maker, res, p), nil
	}
	quantity = min(quantity, maker.remaining)
	quote, err := p.execute(in, price, quantity)
	if err != nil {
		return true, err
	}
	res.Fills = append(res.Fills, Fill{
		Maker: maker.id, MakerAccount: maker.account,
		Price: price, Quantity: quantity, Quote: quote, MakerRemaining: maker.remaining - quantity,
	})
	if quantity < maker.remaining {
		p.part, p.end = quantity, satisfied
		return true, nil
	}
	p.leaving++
	return false, nil
}

func preventSelfTrade(in *Incoming, maker *order, res *Result, p *plan) (ended bool) {
	if in.SelfTrade != exchange.ExpireTaker {
		res.Expired = append(res.Expired, Expired{Order: maker.id, Account: maker.account, Remaining: maker.remaining})
		p.leaving++
	}
	if in.SelfTrade != exchange.ExpireMaker {
		p.end = selfTrade
		return true
	}
	return false
}

// execute adds a fill to what the order has executed. The notional of one fill
// always exists, see checkLimit; the sums of many may be out of range.
func (p *plan) execute(in *Incoming, price, quantity exchange.Amount) (quote exchange.Amount, err error) {
	quote, err = exchange.Notional(price, quantity)
	if err != nil {
		return 0, exchange.ErrOverflow
	}
	base, baseErr := p.base.Add(quantity)
	sum, quoteErr := p.quote.Add(quote)
	paid, paidErr := base, baseErr
	if in.Side == exchange.Buy {
		paid, paidErr = sum, quoteErr
	}
	if in.Type == exchange.MarketOrder && (paidErr != nil || paid > in.Budget) {
		return 0, ErrBudget
	}
	if baseErr != nil || quoteErr != nil {
		return 0, exchange.ErrOverflow
	}
	p.base, p.quote = base, sum
	return quote, nil
}
