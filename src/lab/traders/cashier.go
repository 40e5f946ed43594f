package traders

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// cashier books deposits, each under an idempotency key. Whatever happens to a
// request, it sends it again under the same key until it is acknowledged.
type cashier struct {
	load     *Load
	operator Operator
	account  int64
	next     int // the URL to send to
	booked   int
}

// newCashier opens an account for its deposits.
func newCashier(t *testing.T, l *Load) *cashier {
	t.Helper()
	c := &cashier{load: l, operator: Operator{l.Operator, l.HTTP}}
	id, err := c.operator.openAccount(l.URLs[0], l.Name+"vault")
	if err != nil {
		t.Fatalf("opening the account of deposits: %v", err)
	}
	c.account = id
	return c
}

func (c *cashier) reference(n int) string { return fmt.Sprintf("%sdeposit-%d", c.load.Name, n) }

// work books one deposit after the other until ctx ends, and the last one to its
// acknowledgement.
func (c *cashier) work(ctx context.Context) {
	for ; ctx.Err() == nil; c.booked++ {
		reference := c.reference(c.booked)
		deposit := map[string]any{"account": c.account, "asset": "ETH", "amount": "1", "reference": reference}
		for deadline := time.Now().Add(patience); ; c.next++ {
			_, err := c.operator.post(c.load.URLs[c.next%len(c.load.URLs)]+"/api/v1/deposits", reference, deposit)
			if err == nil {
				break
			}
			if refusal := new(refusal); errors.As(err, &refusal) && !refusal.temporary() || time.Now().After(deadline) {
				c.load.problem(fmt.Errorf("%s: %w", reference, err))
				return
			}
			time.Sleep(c.load.Pace)
		}
		time.Sleep(c.load.Pace)
	}
}

// compare asserts that each deposit is in the database once, and no other.
func (c *cashier) compare(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.load.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var deposits, references int
	err = conn.QueryRow(t.Context(), "SELECT count(*), count(DISTINCT reference) FROM deposits WHERE account_id = $1", c.account).Scan(&deposits, &references)
	if err != nil {
		t.Fatal(err)
	}
	if deposits != c.booked || references != c.booked {
		t.Errorf("%d deposits with %d references are stored, %d were acknowledged", deposits, references, c.booked)
	}
}
