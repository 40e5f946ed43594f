package postgres_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// plant breaks an invariant of a filled desk. What an audit finds is in
// testdata/violations.golden, for each plant: some break others as well.
type plant struct{ invariant, name, sql string }

var plants = []plant{
	{"command_entries_sum_to_zero", "one command gains what another loses", `UPDATE ledger_entries SET available = available + CASE seq WHEN 1 THEN 1 ELSE -1 END WHERE seq IN (1, 8) AND account_id = 100 AND asset_id = 1`},
	{"asset_entries_sum_to_zero", "money from nowhere", `
		UPDATE ledger_entries SET available = available + 1 WHERE seq = 20 AND account_id = 102;
		UPDATE balances SET available = available + 1 WHERE account_id = 102 AND asset_id = 2`},
	{"balances_equal_entries", "balance is more than its entries", `UPDATE balances SET available = available + 5 WHERE account_id = 100 AND asset_id = 1`},
	{"balances_equal_entries", "balance is missing", `DELETE FROM balances WHERE account_id = 100 AND asset_id = 3`},
	{"balances_not_negative", "negative available", `UPDATE balances SET available = -7 WHERE account_id = 100 AND asset_id = 3`},
	{"balances_not_negative", "negative locked", `UPDATE balances SET locked = -7 WHERE account_id = 1 AND asset_id = 2`},
	{"locked_equals_reservations", "locked without a reason", `
		UPDATE ledger_entries SET available = available - 5, locked = locked + 5 WHERE seq = 20 AND account_id = 102;
		UPDATE balances SET available = available - 5, locked = locked + 5 WHERE account_id = 102 AND asset_id = 2`},
	{"locked_equals_reservations", "withdrawal held without being locked", `
		UPDATE ledger_entries SET available = available + 5, locked = locked - 5 WHERE seq = 11;
		UPDATE balances SET available = available + 5, locked = locked - 5 WHERE account_id = 101 AND asset_id = 3`},
	{"orders_equal_trades", "order executed more than its trades", `UPDATE orders SET executed = executed + 10000 WHERE id = 4`},
	{"orders_equal_trades", "order received other quote than its trades", `UPDATE orders SET cumulative_quote = cumulative_quote - 1 WHERE id = 8`},
	{"order_states_consistent", "open order is filled", `UPDATE orders SET status = 3 WHERE id = 17`},
	{"order_states_consistent", "partially filled order is new", `UPDATE orders SET status = 1 WHERE id = 4`},
	{"order_states_consistent", "cancelled order of a kind that never rests", `UPDATE orders SET time_in_force = 2 WHERE id = 9`},
	{"order_states_consistent", "order until cancelled expired", `UPDATE orders SET time_in_force = 1 WHERE id = 19`},
	{"order_states_consistent", "order of no status", `UPDATE orders SET status = 9 WHERE id = 19`},
	{"order_states_consistent", "all-or-nothing order filled in part", `UPDATE orders SET time_in_force = 3, quantity = 2 * quantity, status = 5 WHERE id = 18`},
	{"order_states_consistent", "order by quote spent too much", `UPDATE orders SET quote_quantity = quote_quantity - 1 WHERE id = 8`},
	{"order_states_consistent", "limit order without a price", `UPDATE orders SET price = 0 WHERE id = 19`},
	{"order_states_consistent", "order changed before it was placed", `UPDATE orders SET updated_seq = 18 WHERE id = 19`},
	{"trades_respect_orders", "order of a trade is missing", `DELETE FROM orders WHERE id = 8`},
	{"trades_respect_orders", "trade in another market", `UPDATE trades SET market_id = 2 WHERE id = 3`},
	{"trades_respect_orders", "trade of another account", `UPDATE trades SET taker_account_id = 102 WHERE id = 2`},
	{"trades_respect_orders", "account trades with itself", `
		UPDATE trades SET taker_account_id = 101 WHERE id = 2;
		UPDATE orders SET account_id = 101 WHERE id = 8`},
	{"trades_respect_orders", "two sellers", `UPDATE orders SET side = 1 WHERE id = 8`},
	{"trades_respect_orders", "trade after its taker", `UPDATE trades SET at = at + 1 WHERE id = 2`},
	{"trades_respect_orders", "maker that cannot rest", `UPDATE orders SET time_in_force = 2 WHERE id = 7`},
	{"trades_respect_orders", "taker that may only make", `UPDATE orders SET type = 3 WHERE id = 18`},
	{"trades_respect_orders", "trade off its maker's price", `UPDATE orders SET price = 2900001000000 WHERE id = 16`},
	{"trades_respect_orders", "trade beyond its taker's limit", `UPDATE orders SET price = 2899900000000 WHERE id = 18`},
	{"trades_respect_orders", "trade off the lot", `UPDATE markets SET lot = 10000000, min_quantity = 10000000 WHERE id = 1`},
	{"trades_respect_orders", "trade off the tick", `UPDATE markets SET tick = 700000000, min_price = 700000000 WHERE id = 1`},
	{"trades_respect_orders", "quote is not price times quantity", `UPDATE trades SET quote = quote + 1 WHERE id = 2`},
	{"fees_follow_rates", "fee too high", `UPDATE trades SET taker_fee = taker_fee + 1 WHERE id = 1`},
	{"fees_follow_rates", "rate of the maker changed", `UPDATE orders SET maker_fee = 600 WHERE id = 4`},
	{"book_not_crossed", "crossed book", `UPDATE orders SET price = 2800000000000 WHERE id = 5`},
	{"open_orders_keep_priority", "better price passed over", `UPDATE orders SET price = 2999900000000 WHERE id = 5`},
	{"open_orders_keep_priority", "earlier order passed over", `
		UPDATE orders SET price = 3000000000000 WHERE id = 5;
		UPDATE trades SET maker_order_id = 5, maker_account_id = 102 WHERE id = 1`},
	{"log_without_gaps", "command is missing", `DELETE FROM commands WHERE seq = 19`},
	{"log_without_gaps", "commands of a lease that was lost", `UPDATE commands SET epoch = 2 WHERE seq < 7; UPDATE lease SET epoch = 2`},
	{"log_without_gaps", "command of a lease that never was", `UPDATE commands SET epoch = 9 WHERE seq = 22`},
	{"log_without_gaps", "trade is missing", `DELETE FROM trades WHERE id = 2`},
	{"log_without_gaps", "trades out of order", `UPDATE trades SET seq = 5 WHERE id = 3`},
	{"orders_match_commands", "order placed by another account's command", `UPDATE commands SET account_id = 102 WHERE seq = 17`},
	{"orders_match_commands", "command placed nothing", `INSERT INTO commands VALUES (23, 1, 0, 1, 100, 1, 23, 0, 0)`},
	{"orders_match_commands", "command cancelled another order", `UPDATE commands SET ref = 17 WHERE seq = 10`},
	{"orders_match_commands", "command cancelled nothing", `INSERT INTO commands VALUES (23, 3, 0, 1, 100, 0, 0, 0, 0)`},
	{"orders_match_commands", "command cancelled all of another market", `UPDATE commands SET market_id = 1 WHERE seq = 22`},
	{"orders_match_commands", "self-trade that was none", `UPDATE orders SET updated_seq = 15 WHERE id = 7`},
	{"transfers_match_commands", "deposit of another amount", `UPDATE deposits SET amount = amount + 1 WHERE id = 1`},
	{"transfers_match_commands", "deposit is missing", `DELETE FROM deposits WHERE id = 20`},
	{"transfers_match_commands", "withdrawal of another account", `UPDATE withdrawals SET account_id = 100 WHERE id = 14`},
	{"transfers_match_commands", "withdrawal is missing", `DELETE FROM withdrawals WHERE id = 14`},
	{"transfers_match_commands", "settled withdrawal is held", `UPDATE withdrawals SET status = 1 WHERE id = 12`},
	{"transfers_match_commands", "cancelled withdrawal is settled", `UPDATE withdrawals SET status = 2 WHERE id = 14`},
	{"transfers_match_commands", "held withdrawal is cancelled", `UPDATE withdrawals SET status = 3 WHERE id = 11`},
	{"transfers_match_commands", "withdrawal settled twice", `INSERT INTO commands VALUES (23, 6, 0, 1, 0, 0, 12, 0, 0)`},
	{"transfers_match_commands", "settled withdrawal of no request", `INSERT INTO commands VALUES (23, 6, 0, 1, 0, 0, 99, 0, 0)`},
	{"transfers_match_commands", "withdrawal ended at another time", `UPDATE withdrawals SET updated_at = updated_at + 1 WHERE id = 12`},
	{"entries_follow_events", "somebody else's fee", `
		UPDATE ledger_entries SET available = available + CASE account_id WHEN 2 THEN 1 ELSE -1 END WHERE seq = 8 AND account_id IN (2, 100) AND asset_id = 3;
		UPDATE balances SET available = available + CASE account_id WHEN 2 THEN 1 ELSE -1 END WHERE account_id IN (2, 100) AND asset_id = 3`},
	{"candles_equal_trades", "candle of another price", `UPDATE candles SET high = high + 1 WHERE first_trade = 1`},
	{"candles_equal_trades", "candle of an hour of another volume", `UPDATE hourly_candles SET volume = volume + 1 WHERE first_trade = 1`},
	{"candles_equal_trades", "candle is missing", `DELETE FROM candles WHERE first_trade = 1`},
	{"candles_equal_trades", "candle of no trade", `INSERT INTO candles VALUES (2, 60000, 1, 1, 1, 1, 1, 1, 0, 0, 1, 9, 9)`},
	{"references_exist", "account is missing", `DELETE FROM accounts WHERE id = 102`},
	{"references_exist", "market is missing", `DELETE FROM markets WHERE id = 2`},
	{"references_exist", "asset is missing", `DELETE FROM assets WHERE id = 2`},
	{"references_exist", "entry of no command", `INSERT INTO ledger_entries VALUES (99, 100, 1, 5, -5)`},
	{"references_exist", "batch of no command", `INSERT INTO batches VALUES (99, 1, 0, '{}')`},
}

func TestPlantedViolationsAreFoundWithTheirRows(t *testing.T) {
	t.Parallel()
	const golden = "testdata/violations.golden"
	d := newDesk(t)
	d.fill()
	d.unprotect()
	var got strings.Builder
	unbroken := d.invariants()
	for _, p := range plants {
		d.restore()
		d.run(p.sql)
		found := d.violations()
		if !slices.ContainsFunc(found, func(v string) bool { return strings.HasPrefix(v, p.invariant+": ") }) {
			t.Errorf("%s: %s is not found violated", p.name, p.invariant)
		}
		delete(unbroken, p.invariant)
		slices.Sort(found)
		fmt.Fprintf(&got, "# %s\n%s\n\n", p.name, strings.Join(found, "\n"))
	}
	if len(unbroken) > 0 {
		t.Errorf("no plant breaks %v", unbroken)
	}
	if *update {
		d.must(os.WriteFile(golden, []byte(got.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	d.must(err)
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (rewrite it with -update): %s", golden, diff)
	}
}

// invariants returns the names of all.
func (d *desk) invariants() map[string]bool {
	d.t.Helper()
	report, err := d.RunAudit(d.t.Context())
	d.must(err)
	names := map[string]bool{}
	for _, i := range report.Invariants {
		names[i.Name] = true
	}
	return names
}

var auditedTables = []string{
	"assets", "markets", "accounts", "commands", "orders", "trades", "ledger_entries", "balances", "deposits", "withdrawals", "candles", "hourly_candles", "batches", "lease",
}

// unprotect takes away what keeps the tables from holding nonsense, and keeps a copy
// for restore.
func (d *desk) unprotect() {
	d.t.Helper()
	d.run(`
		ALTER TABLE commands DISABLE TRIGGER append_only;
		ALTER TABLE ledger_entries DISABLE TRIGGER append_only;
		ALTER TABLE trades DISABLE TRIGGER append_only;
		ALTER TABLE balances DROP CONSTRAINT not_negative;
		ALTER TABLE markets DROP CONSTRAINT exact_notional, DROP CONSTRAINT markets_base_id_fkey, DROP CONSTRAINT markets_quote_id_fkey;
		CREATE SCHEMA healthy`)
	for _, table := range auditedTables {
		d.run("CREATE TABLE healthy." + table + " AS TABLE " + table)
	}
}

func (d *desk) restore() {
	d.t.Helper()
	var sql strings.Builder
	for _, table := range auditedTables {
		fmt.Fprintf(&sql, "DELETE FROM %[1]s; INSERT INTO %[1]s SELECT * FROM healthy.%[1]s;", table)
	}
	d.run(sql.String())
}
