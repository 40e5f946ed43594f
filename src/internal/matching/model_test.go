package matching_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/matching"
)

const (
	sequences   = 20_000
	maxCommands = 100
)

// TestBookAgreesWithNaiveBook runs generated sequences of commands through the book
// and through the naive one, and compares every result and the whole state.
func TestBookAgreesWithNaiveBook(t *testing.T) {
	t.Parallel()
	seen := tally{}
	for seed := range uint64(sequences) {
		data := sequence(seed)
		if err := agree(data, seen); err != nil {
			data, err = shrink(data, err)
			t.Fatalf("sequence %d: %v\n%s", seed, err, listing(data))
		}
	}
	seen.requireAll(t)
}

// sequence generates a sequence of commands.
func sequence(seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 1)) // repeatable on purpose
	data := make([]byte, 1+commandSize*(1+random.IntN(maxCommands)))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

// agree executes a sequence on both books and returns their first difference.
func agree(data []byte, seen tally) error {
	m, commands := decode(data)
	book, model := matching.New(m.lot), &naive{lot: m.lot}
	var res matching.Result
	for i, c := range commands {
		var err error
		switch {
		case c.rebuild:
			book, err = rebuilt(m.lot, book)
			model.last = 0
			for _, o := range model.orders {
				model.last = max(model.last, o.ID)
			}
			seen["rebuilt"]++
		case c.cancel != 0:
			err = agreeOnCancel(book, model, c.cancel, seen)
		default:
			err = agreeOnOrder(book, model, &c.order, &res, seen)
		}
		if err == nil {
			err = agreeOnState(book, model)
		}
		if err != nil {
			return fmt.Errorf("command %d, %s: %w", i, c, err)
		}
	}
	return nil
}

func agreeOnCancel(book *matching.Book, model *naive, id exchange.OrderID, seen tally) error {
	remaining, ok := book.Cancel(id)
	wantRemaining, want := model.cancel(id)
	if remaining != wantRemaining || ok != want {
		return fmt.Errorf("cancelled %s, %v; want %s, %v", remaining, ok, wantRemaining, want)
	}
	seen[fmt.Sprintf("cancel %v", ok)]++
	return nil
}

func agreeOnOrder(book *matching.Book, model *naive, in *matching.Incoming, res *matching.Result, seen tally) error {
	base, quote, previewErr := book.Preview(in)
	if err := agreeOnState(book, model); err != nil {
		return fmt.Errorf("after the preview: %w", err)
	}
	err := book.Place(in, res)
	want, wantErr := model.place(in)
	if err != wantErr || previewErr != wantErr { //nolint:errorlint // all are returned as they are
		return fmt.Errorf("error %w, previewed %w; want %w", err, previewErr, wantErr)
	}
	if wantErr != nil {
		seen[wantErr.Error()]++
		return nil //nolint:nilerr // both refused it alike
	}
	if !sameResult(res, &want) {
		return fmt.Errorf("result\n got %+v\nwant %+v", *res, want)
	}
	for _, f := range want.Fills {
		base, quote = base-f.Quantity, quote-f.Quote
	}
	if base != 0 || quote != 0 {
		return fmt.Errorf("the preview differs by %s for %s", base, quote)
	}
	seen.count(in, res)
	return nil
}

func sameResult(a, b *matching.Result) bool {
	return a.Verdict == b.Verdict && a.Remaining == b.Remaining && slices.Equal(a.Fills, b.Fills) && slices.Equal(a.Expired, b.Expired)
}

// agreeOnState compares the books, and checks what must be true of any book.
func agreeOnState(book *matching.Book, model *naive) error {
	if err := book.Check(); err != nil {
		return err
	}
	want := model.all()
	if got := slices.Collect(book.Orders()); !slices.Equal(got, want) {
		return fmt.Errorf("orders\n got %+v\nwant %+v", got, want)
	}
	if book.Len() != len(want) {
		return fmt.Errorf("%d orders, want %d", book.Len(), len(want))
	}
	for _, o := range want {
		for _, side := range []exchange.Side{exchange.Buy, exchange.Sell} {
			if got, total := book.LevelQuantity(side, o.Price), model.level(side, o.Price); total.Cmp(whole(got)) != 0 {
				return fmt.Errorf("%s %s holds %s, want %s units", side, o.Price, got, total)
			}
		}
	}
	for _, side := range []exchange.Side{exchange.Buy, exchange.Sell} {
		best, ok := book.Best(side)
		orders := model.side(side)
		if ok != (len(orders) > 0) || ok && best.Price != orders[0].Price || ok && best.Quantity != book.LevelQuantity(side, best.Price) {
			return fmt.Errorf("best of %s is %+v, %v", side, best, ok)
		}
	}
	bid, bids := book.Best(exchange.Buy)
	ask, asks := book.Best(exchange.Sell)
	if bids && asks && bid.Price >= ask.Price {
		return fmt.Errorf("crossed: bid %s, ask %s", bid.Price, ask.Price)
	}
	return nil
}

// rebuilt restores a book from the orders of another.
func rebuilt(lot exchange.Amount, from *matching.Book) (*matching.Book, error) {
	book := matching.New(lot)
	for o := range from.Orders() {
		if err := book.Restore(o); err != nil {
			return nil, fmt.Errorf("restoring %+v: %w", o, err)
		}
	}
	return book, nil
}

// shrink leaves out commands as long as the books still differ.
func shrink(data []byte, err error) ([]byte, error) {
	for at := 1; at+commandSize <= len(data); {
		shorter := slices.Delete(slices.Clone(data), at, at+commandSize)
		if e := agree(shorter, tally{}); e != nil {
			data, err = shorter, e
		} else {
			at += commandSize
		}
	}
	return data, err
}

// listing prints a sequence for people, and for the fuzzer's corpus.
func listing(data []byte) string {
	var text strings.Builder
	m, commands := decode(data)
	fmt.Fprintf(&text, "lot %s\n", m.lot)
	for i, c := range commands {
		fmt.Fprintf(&text, "%3d %s\n", i, c)
	}
	fmt.Fprintf(&text, "[]byte(%q)\n", data)
	return text.String()
}

// tally counts what the sequences have exercised.
type tally map[string]int

func (seen tally) count(in *matching.Incoming, res *matching.Result) {
	kind := in.Type.String()
	switch {
	case in.Type == exchange.Limit:
		kind += " " + in.TimeInForce.String()
	case in.QuoteQuantity > 0:
		kind += " by quote"
	}
	seen[kind+" "+res.Verdict.String()]++
	if len(res.Fills) > 1 {
		seen["several fills"]++
	}
	if len(res.Expired) > 0 {
		seen[in.SelfTrade.String()+" of a maker"]++
	}
	if len(res.Expired) > 0 && len(res.Fills) > 0 {
		seen["fills and expired makers"]++
	}
}

// requireAll fails where the sequences have missed something: a comparison that
// never happens proves nothing.
func (seen tally) requireAll(t *testing.T) {
	t.Helper()
	for _, what := range []string{
		"LIMIT GTC rested", "LIMIT GTC filled", "LIMIT GTC expired in match",
		"LIMIT IOC filled", "LIMIT IOC expired", "LIMIT IOC expired in match",
		"LIMIT FOK filled", "LIMIT FOK expired",
		"LIMIT_MAKER rested",
		"MARKET filled", "MARKET expired", "MARKET expired in match",
		"MARKET by quote filled", "MARKET by quote expired", "MARKET by quote expired in match",
		"EXPIRE_MAKER of a maker", "EXPIRE_BOTH of a maker", "several fills", "fills and expired makers",
		"cancel true", "cancel false", "rebuilt",
		matching.ErrWouldMatch.Error(), matching.ErrBudget.Error(), matching.ErrOrderID.Error(),
		matching.ErrMalformed.Error(), exchange.ErrOverflow.Error(),
	} {
		t.Logf("%6d %s", seen[what], what)
		if seen[what] < sequences/50 {
			t.Errorf("only %d times: %s", seen[what], what)
		}
		delete(seen, what)
	}
	for what, n := range seen {
		t.Errorf("unexpected, %d times: %s", n, what)
	}
}
