package matching

import "github.com/bitpin/exchange/src/internal/exchange"

// Place matches an order and, if it is a GTC order, lets what is left rest in the
// book. On an error nothing has changed and res means nothing:
//
//   - ErrMalformed: fields that do not go together; a quantity that is not a
//     multiple of the lot; a price at which a lot does not cost whole units.
//   - ErrOrderID: the id is not above all ids seen before.
//   - ErrWouldMatch: a LIMIT_MAKER order that crosses the book.
//   - ErrBudget: a market order that would pay more than its Budget.
//   - exchange.ErrOverflow: the order's notional, the quote it would earn or the
//     level it would join is out of range.
func (b *Book) Place(in *Incoming, res *Result) error {
	p, err := b.plan(in, res)
	if err != nil {
		return err
	}
	b.take(in.Side.Opposite(), &p)
	if res.Verdict == Rested {
		b.enter(p.rest, Resting{ID: in.ID, Account: in.Account, Side: in.Side, Price: in.Price, Remaining: res.Remaining})
	}
	b.last = in.ID
	return nil
}

// Preview returns what Place would execute, and changes nothing. Its errors are
// those of Place.
func (b *Book) Preview(in *Incoming) (base, quote exchange.Amount, err error) {
	p, err := b.plan(in, &b.preview)
	if err != nil {
		return 0, 0, err
	}
	return p.base, p.quote, nil
}
