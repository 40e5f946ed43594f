package traders

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// stored is an order as the database has it, with amounts as clients see them.
type stored struct {
	id                        int64
	side, status              string
	price, quantity, executed string
	fills                     []string // as the taker: "id quantity@price"
}

// truth is all orders by account and client order id, and how many there are of each.
type truth map[string][]stored

const storedOrders = `
	WITH fills AS (
		SELECT seq, array_agg(id || ' ' || decimal(quantity) || '@' || decimal(price) ORDER BY id) AS fills FROM trades GROUP BY seq)
	SELECT a.name || ' ' || o.client_order_id, o.id, (ARRAY['BUY', 'SELL'])[side],
		(ARRAY['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH'])[status],
		decimal(price), decimal(quantity), decimal(executed), coalesce(fills, '{}')
	FROM orders o JOIN accounts a ON a.id = o.account_id LEFT JOIN fills f ON f.seq = o.id
	WHERE a.name = ANY($1)`

// readTruth reads the orders of the accounts that trade.
func (l *Load) readTruth() truth {
	t := l.t
	t.Helper()
	conn, err := pgx.Connect(t.Context(), l.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	const decimal = `
		CREATE FUNCTION pg_temp.decimal(units bigint) RETURNS text LANGUAGE sql AS 'SELECT (units / 100000000.0)::numeric(30, 8)::text'`
	if _, err := conn.Exec(t.Context(), decimal); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range l.Accounts {
		names = append(names, a.Name)
	}
	rows, err := conn.Query(t.Context(), strings.ReplaceAll(storedOrders, "decimal(", "pg_temp.decimal("), names)
	if err != nil {
		t.Fatal(err)
	}
	orders := truth{}
	var name string
	var s stored
	_, err = pgx.ForEachRow(rows, []any{&name, &s.id, &s.side, &s.status, &s.price, &s.quantity, &s.executed, &s.fills}, func() error {
		orders[name] = append(orders[name], s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return orders
}

// Compare stops the traders and asserts that the database has what they were told,
// and nothing twice, and that all invariants hold.
func (l *Load) Compare() {
	l.t.Helper()
	l.Stop()
	orders := l.readTruth()
	wrong := 0
	for _, o := range l.orders {
		if problem := o.contradicts(orders[o.account+" "+o.clientID]); problem != "" && wrong < 20 {
			l.t.Errorf("order %s of %s: %s", o.clientID, o.account, problem)
			wrong++
		}
	}
	l.cashier.compare(l.t)
	for _, problem := range l.problems {
		l.t.Errorf("a client got %v", problem)
	}
	report, err := l.Verify()
	if err != nil || !strings.HasSuffix(report, ", 0 violated\n") {
		l.t.Errorf("exchange verify: %v\n%s", err, report)
	}
	l.t.Logf("%d deposits; requests of traders: %d acknowledged, %d refused, %d not executed, %d unknown; %s", l.cashier.booked,
		l.verdicts[Acknowledged], l.verdicts[Refused], l.verdicts[NotExecuted], l.verdicts[Unknown], strings.TrimSpace(report))
}

// contradicts says how the orders that are stored under an order's name differ from
// what its trader was told.
func (o *order) contradicts(found []stored) string {
	if len(found) > 1 {
		return fmt.Sprintf("%s, stored %d times", o.verdict, len(found))
	}
	switch {
	case o.verdict == Unknown:
		return ""
	case o.verdict != Acknowledged && len(found) > 0:
		return fmt.Sprintf("%s, yet stored: %+v", o.verdict, found[0])
	case o.verdict != Acknowledged:
		return ""
	case len(found) == 0:
		return fmt.Sprintf("acknowledged as %+v, and not stored", o.placed)
	}
	return o.differs(&found[0])
}

func (o *order) differs(s *stored) string {
	var fills []string
	for _, f := range o.placed.Fills {
		fills = append(fills, fmt.Sprintf("%d %s@%s", f.TradeID, f.Quantity, f.Price))
	}
	p := o.placed
	switch {
	case s.id != p.OrderID || s.side != string(p.Side) || s.price != p.Price || s.quantity != p.OrigQuantity:
		return fmt.Sprintf("acknowledged as %+v, stored %+v", p, s)
	case !slices.Equal(s.fills, fills):
		return fmt.Sprintf("acknowledged fills %q, stored %q", fills, s.fills)
	case units(s.executed) < units(p.ExecutedQuantity):
		return fmt.Sprintf("acknowledged %s executed, stored %s", p.ExecutedQuantity, s.executed)
	case o.canceled != nil && (s.status != "CANCELED" || s.executed != o.canceled.ExecutedQuantity):
		return fmt.Sprintf("acknowledged cancellation %+v, stored %+v", o.canceled, s)
	}
	return ""
}

// units reads an amount with eight decimals; what is none is less than any.
func units(decimal string) int64 {
	n, err := strconv.ParseInt(strings.Replace(decimal, ".", "", 1), 10, 64)
	if err != nil {
		return math.MinInt64
	}
	return n
}
