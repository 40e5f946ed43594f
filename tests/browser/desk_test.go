package browser_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// market is the page on which people trade in these tests. Its book is empty until
// they do, or has the demo's orders far from their prices.
const market = "/markets/BTCUSDT"

// order is what a person puts into the form.
type order struct{ side, kind, price, quantity, amount string }

// place fills in the form, sends it and returns the status of the page that comes back.
func (p *person) place(o order) int64 {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`.side label:has([value="%s"])`, o.side))),
		chromedp.Click(chromedp.CSS(fmt.Sprintf(`.kind label:has([value="%s"])`, o.kind))))
	for field, text := range map[string]string{"#price": o.price, "#quantity": o.quantity, "#quote-amount": o.amount} {
		if text != "" {
			p.fill(field, text)
		}
	}
	return p.press("button.submit")
}

var orderNumber = regexp.MustCompile(`Order (\d+)`)

// placed returns the number of the order that the page says was placed.
func (p *person) placed() string {
	p.t.Helper()
	match := orderNumber.FindStringSubmatch(p.read(".notice"))
	if match == nil {
		p.t.Fatalf("the page names no order: %q", p.read(".notice"))
	}
	return match[1]
}

// balance returns what the page shows of an asset.
func (p *person) balance(asset string) (available, locked *big.Rat) {
	p.t.Helper()
	cells := p.all(fmt.Sprintf(`#balances tr[data-asset="%s"] td`, asset))
	if len(cells) != 2 {
		p.t.Fatalf("the page shows no balance of %s", asset)
	}
	return number(p.t, cells[0]), number(p.t, cells[1])
}

func (p *person) checkBalance(asset string, available, locked *big.Rat) {
	p.t.Helper()
	gotAvailable, gotLocked := p.balance(asset)
	if gotAvailable.Cmp(available) != 0 || gotLocked.Cmp(locked) != 0 {
		p.t.Errorf("%s: %s available, %s locked; want %s and %s", asset,
			gotAvailable.FloatString(8), gotLocked.FloatString(8), available.FloatString(8), locked.FloatString(8))
	}
}

// number reads an exact decimal; a unit after it does not count.
func number(t *testing.T, text string) *big.Rat {
	t.Helper()
	digits, _, _ := strings.Cut(text, " ")
	value, ok := new(big.Rat).SetString(digits)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return value
}

func plus(a, b *big.Rat) *big.Rat  { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// between returns a price in the middle of the book's spread, where nobody's order is
// better: the next one on either side of it rests on top of its side.
func (p *person) between() string {
	p.t.Helper()
	asks, bids := p.all("#book .asks .price"), p.all("#book .bids .price")
	low, high := big.NewRat(40000, 1), big.NewRat(60000, 1)
	if len(bids) > 0 {
		low = number(p.t, bids[0])
	}
	if len(asks) > 0 {
		high = number(p.t, asks[len(asks)-1])
	}
	middle := times(plus(low, high), big.NewRat(1, 2)).FloatString(2)
	if m := number(p.t, middle); m.Cmp(low) <= 0 || m.Cmp(high) >= 0 {
		p.t.Fatalf("no price fits between %s and %s", low.FloatString(2), high.FloatString(2))
	}
	return middle
}
