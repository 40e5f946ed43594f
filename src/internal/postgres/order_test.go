package postgres_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func orderIDs(orders []exchange.Order) []exchange.OrderID {
	ids := []exchange.OrderID{}
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	return ids
}

func TestOrderIsReadAsTheEngineLeftIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.submit(deposit(alice, deskBTC, "10"))
	want := d.submit(limit(alice, btcusdt, exchange.Sell, "1", "30000", "mine")).Orders[0]
	for name, ref := range map[string]exchange.OrderRef{
		"by id": {ID: want.ID}, "by client order id": {ClientID: "mine"}, "by both": {ID: want.ID, ClientID: "mine"},
	} {
		got, err := d.Order(t.Context(), alice, btcusdt, ref)
		d.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestOrdersOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.submit(deposit(alice, deskBTC, "10"))
	id := d.submit(limit(alice, btcusdt, exchange.Sell, "1", "30000", "mine")).Orders[0].ID
	for name, tc := range map[string]struct {
		account exchange.AccountID
		market  exchange.MarketID
		ref     exchange.OrderRef
	}{
		"another account":               {bob, btcusdt, exchange.OrderRef{ID: id}},
		"another account, by client id": {bob, btcusdt, exchange.OrderRef{ClientID: "mine"}},
		"another market":                {alice, ethusdt, exchange.OrderRef{ID: id}},
		"another client order id":       {alice, btcusdt, exchange.OrderRef{ID: id, ClientID: "other"}},
		"another id":                    {alice, btcusdt, exchange.OrderRef{ID: math.MaxInt64}},
		"nothing":                       {alice, btcusdt, exchange.OrderRef{}},
	} {
		_, err := d.Order(t.Context(), tc.account, tc.market, tc.ref)
		if exchange.CodeOf(err) != exchange.CodeOrderNotFound {
			t.Errorf("%s: got %v, want that the order does not exist", name, err)
		}
	}
}

func TestReusedClientOrderIDMeansTheLatestOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill() // bob's orders 9, cancelled, and 17 are both "b3"
	got, err := d.Order(t.Context(), bob, btcusdt, exchange.OrderRef{ClientID: "b3"})
	d.must(err)
	if got.ID != 17 {
		t.Errorf("got order %d, want 17", got.ID)
	}
}

func TestOpenOrdersAreListedByMarket(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill()
	d.submit(limit(carol, ethusdt, exchange.Sell, "1", "2000", "c3")) // 23
	for name, tc := range map[string]struct {
		account exchange.AccountID
		market  exchange.MarketID
		want    []exchange.OrderID
	}{
		"all markets":     {carol, 0, []exchange.OrderID{5, 23}},
		"one":             {carol, ethusdt, []exchange.OrderID{23}},
		"filled in part":  {alice, 0, []exchange.OrderID{4}},
		"both sides":      {bob, btcusdt, []exchange.OrderID{16, 17}},
		"nobody's":        {4711, 0, []exchange.OrderID{}},
		"another account": {bob, ethusdt, []exchange.OrderID{}},
	} {
		got, err := d.OpenOrders(t.Context(), tc.account, tc.market)
		d.must(err)
		if diff := cmp.Diff(tc.want, orderIDs(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestOrdersAreSelected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	start := d.millis()
	d.fill() // command n is of start + 10 s × (n - 1); bob's orders are 6, 7, 9, 16 and 17
	at := func(seq int64) exchange.Millis { return start + exchange.Millis(10_000*(seq-1)) }
	for name, tc := range map[string]struct {
		query exchange.OrderQuery
		want  []exchange.OrderID
	}{
		"all":                     {exchange.OrderQuery{Limit: 1000}, []exchange.OrderID{6, 7, 9, 16, 17}},
		"the latest":              {exchange.OrderQuery{Limit: 2}, []exchange.OrderID{16, 17}},
		"from an id":              {exchange.OrderQuery{FromID: 7, Limit: 2}, []exchange.OrderID{7, 9}},
		"from a time":             {exchange.OrderQuery{Start: at(7), Limit: 2}, []exchange.OrderID{7, 9}},
		"until a time":            {exchange.OrderQuery{End: at(9), Limit: 2}, []exchange.OrderID{7, 9}},
		"between two times":       {exchange.OrderQuery{Start: at(7), End: at(16), Limit: 1000}, []exchange.OrderID{7, 9, 16}},
		"between two moments":     {exchange.OrderQuery{Start: at(7) + 1, End: at(16) - 1, Limit: 1000}, []exchange.OrderID{9}},
		"from an id until a time": {exchange.OrderQuery{FromID: 9, End: at(16), Limit: 1000}, []exchange.OrderID{9, 16}},
		"a market without any":    {exchange.OrderQuery{Market: ethusdt, Limit: 1000}, []exchange.OrderID{}},
	} {
		tc.query.Account = bob
		if tc.query.Market == 0 {
			tc.query.Market = btcusdt
		}
		got, err := d.Orders(t.Context(), tc.query)
		d.must(err)
		if diff := cmp.Diff(tc.want, orderIDs(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestCommittedOrderIsSeenOnEveryReplica(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := d.replica()
	d.submit(deposit(alice, deskBTC, "10"))
	for range 20 {
		id := d.submit(limit(alice, btcusdt, exchange.Sell, "0.1", "30000", d.now().Format(time.TimeOnly))).Orders[0].ID
		if _, err := other.Order(t.Context(), alice, btcusdt, exchange.OrderRef{ID: id}); err != nil {
			t.Fatalf("order %d: %v", id, err)
		}
	}
}
