package trading_test

import (
	"slices"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestCancel(t *testing.T) {
	t.Parallel()
	mine := limit(alice, buy, "2", "100", named("mine"))
	const id = 10 // the first command after the deposits of newDesk
	partly := []exchange.Command{mine, limit(bob, sell, "0.5", "100")}
	run(t, []scenario{
		{
			name: "by id", before: []exchange.Command{mine}, command: cancel(alice, btcUSDT, exchange.OrderRef{ID: id}),
			orders: []string{"mine CANCELED 0 for 0"}, balances: []string{"alice USDT 10000"},
		},
		{
			name: "by client id", before: []exchange.Command{mine}, command: cancel(alice, btcUSDT, byClientID("mine")),
			orders: []string{"mine CANCELED 0 for 0"}, balances: []string{"alice USDT 10000"},
		},
		{
			name: "by both", before: []exchange.Command{mine}, command: cancel(alice, btcUSDT, exchange.OrderRef{ID: id, ClientID: "mine"}),
			orders: []string{"mine CANCELED 0 for 0"},
		},
		{
			name: "a sell frees its quantity", before: []exchange.Command{limit(alice, sell, "2", "100")}, command: cancel(alice, btcUSDT, byClientID("o1")),
			orders: []string{"o1 CANCELED 0 for 0"}, balances: []string{"alice BTC 10"},
		},
		{
			name: "what was executed stays", before: partly, command: cancel(alice, btcUSDT, byClientID("mine")),
			orders: []string{"mine CANCELED 0.5 for 50"}, balances: []string{"alice USDT 9950", "alice BTC 10.4995"},
		},
		{name: "ids that do not go together", before: []exchange.Command{mine}, command: cancel(alice, btcUSDT, exchange.OrderRef{ID: id, ClientID: "other"}), refused: exchange.CodeUnknownOrder},
		{name: "another's order by id", before: []exchange.Command{mine}, command: cancel(bob, btcUSDT, exchange.OrderRef{ID: id}), refused: exchange.CodeUnknownOrder},
		{name: "another's order by client id", before: []exchange.Command{mine}, command: cancel(bob, btcUSDT, byClientID("mine")), refused: exchange.CodeUnknownOrder},
		{name: "in another market", before: []exchange.Command{mine}, command: cancel(alice, ethUSDT, byClientID("mine")), refused: exchange.CodeUnknownOrder},
		{name: "no order", command: cancel(alice, btcUSDT, exchange.OrderRef{}), refused: exchange.CodeUnknownOrder},
		{name: "unknown id", command: cancel(alice, btcUSDT, exchange.OrderRef{ID: 99}), refused: exchange.CodeUnknownOrder},
		{
			name: "a filled order", before: []exchange.Command{mine, limit(bob, sell, "2", "100")},
			command: cancel(alice, btcUSDT, byClientID("mine")), refused: exchange.CodeUnknownOrder,
		},
		{
			name: "twice", before: []exchange.Command{mine, cancel(alice, btcUSDT, byClientID("mine"))},
			command: cancel(alice, btcUSDT, byClientID("mine")), refused: exchange.CodeUnknownOrder,
		},
	})
}

func TestCancelAll(t *testing.T) {
	t.Parallel()
	orders := []exchange.Command{
		limit(alice, buy, "1", "100"), limit(bob, buy, "1", "100"), limit(alice, sell, "1", "200"),
		limit(alice, buy, "1", "50", on(ethUSDT)), limit(alice, buy, "2", "100"),
	}
	run(t, []scenario{
		{
			name: "of one market, by id", before: orders, command: cancelAll(alice, btcUSDT),
			orders:   []string{"o1 CANCELED 0 for 0", "o3 CANCELED 0 for 0", "o5 CANCELED 0 for 0"},
			balances: []string{"alice USDT 9950 + 50", "alice BTC 10", "bob USDT 9900 + 100"},
		},
		{
			name: "of all markets", before: orders, command: cancelAll(alice, 0),
			orders:   []string{"o1 CANCELED 0 for 0", "o3 CANCELED 0 for 0", "o5 CANCELED 0 for 0", "o4 CANCELED 0 for 0"},
			balances: []string{"alice USDT 10000", "alice BTC 10"},
		},
		{name: "nothing to cancel", before: orders, command: cancelAll(carol, 0), refused: exchange.CodeUnknownOrder},
		{name: "nothing to cancel in this market", before: orders, command: cancelAll(bob, ethUSDT), refused: exchange.CodeUnknownOrder},
		{name: "unknown market", before: orders, command: cancelAll(alice, 9), refused: exchange.CodeUnknownOrder},
	})
}

func TestOpenOrdersAreCounted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	count := func() []int {
		return []int{d.state.OpenOrders(btcUSDT), d.state.OpenOrders(ethUSDT), d.state.OpenOrders(9)}
	}
	d.mustApply(limit(alice, buy, "1", "100"))
	d.mustApply(limit(alice, buy, "1", "100"))
	d.mustApply(limit(alice, buy, "1", "100", on(ethUSDT)))
	if got := count(); !slices.Equal(got, []int{2, 1, 0}) {
		t.Errorf("placed: %d", got)
	}
	d.mustApply(limit(bob, sell, "1", "100"))
	d.mustApply(cancelAll(alice, ethUSDT))
	if got := count(); !slices.Equal(got, []int{1, 0, 0}) {
		t.Errorf("filled and cancelled: %d", got)
	}
}
