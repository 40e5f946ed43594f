package clients_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/google/go-cmp/cmp"
)

const patience = 20 * time.Second

// inbox collects what go-binance's handlers are given.
type inbox[T any] struct {
	t      *testing.T
	events chan T
}

func newInbox[T any](t *testing.T) inbox[T] { return inbox[T]{t, make(chan T, 10_000)} }

func (i inbox[T]) put(e T) { i.events <- e }

func (i inbox[T]) fail(err error) {
	if !strings.Contains(err.Error(), "close") { // at the end of the test
		i.t.Errorf("go-binance: %v", err)
	}
}

func (i inbox[T]) next() T { i.t.Helper(); return i.until(func(T) bool { return true }) }

func (i inbox[T]) until(done func(T) bool) T {
	i.t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case e := <-i.events:
			if done(e) {
				return e
			}
		case <-deadline:
			i.t.Fatal("the event does not come")
		}
	}
}

// connected fails the test if go-binance could not subscribe.
func connected(t *testing.T) func(done, stop chan struct{}, err error) {
	return func(done, stop chan struct{}, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			close(stop)
			<-done // it must not meet the exchange's end half-way
		})
	}
}

// go-binance reads its addresses from package variables, so all that uses its
// streams is in this one test.
func TestGoBinanceFollowsTheStreams(t *testing.T) {
	s := startExchange(t)
	ws := "ws" + strings.TrimPrefix(s.url, "http")
	binance.BaseWsMainURL, binance.BaseCombinedMainURL, binance.BaseWsApiMainURL = ws+"/ws", ws+"/stream?streams=", ws+"/ws-api/v3"
	c := s.client("ALICE")

	t.Run("market", func(t *testing.T) {
		trades, klines, best := newInbox[*binance.WsTradeEvent](t), newInbox[*binance.WsKlineEvent](t), newInbox[*binance.WsBookTickerEvent](t)
		connected(t)(binance.WsTradeServe("BTCUSDT", trades.put, trades.fail))
		connected(t)(binance.WsKlineServe("BTCUSDT", "1m", klines.put, klines.fail))
		connected(t)(binance.WsBookTickerServe("BTCUSDT", best.put, best.fail))
		placed := got(limit(c, binance.SideTypeBuy, "0.05", "60025").Do(t.Context()))(t)
		if e := trades.next(); e.Price != "60025.00000000" || e.Quantity != "0.05000000" || e.BuyerOrderID != placed.OrderID || e.IsBuyerMaker {
			t.Errorf("trade: %+v", e)
		}
		traded := func(e *binance.WsKlineEvent) bool { return e.Kline.TradeNum > 0 }
		if e := klines.until(traded); e.Kline.Close != "60025.00000000" || e.Kline.Volume != "0.05000000" {
			t.Errorf("kline: %+v", e)
		}
		if e := best.until(func(e *binance.WsBookTickerEvent) bool { return e.BestAskPrice != "60025.00000000" }); e.BestAskPrice != "60050.00000000" || e.BestAskQty != "0.10000000" {
			t.Errorf("best prices: %+v", e)
		}
	})
	t.Run("account", func(t *testing.T) {
		in := newInbox[*binance.WsUserDataEvent](t)
		_, stop, err := binance.WsUserDataServeSignature(s.demo["ALICE_API_KEY"], s.demo["ALICE_API_SECRET"], "HMAC", 0, in.put, in.fail)
		must(t, err)
		defer close(stop)
		// The subscription is confirmed on its own connection, at some time: an order
		// that is placed again and again is seen once it is there.
		seen := make(chan *binance.WsUserDataEvent, 1)
		go func() {
			seen <- in.until(func(e *binance.WsUserDataEvent) bool { return e.OrderUpdate.Status == "NEW" })
		}()
		first := awaitOrder(t, c, seen)
		if first.OrderUpdate.Symbol != "BTCUSDT" || first.OrderUpdate.Price != "50000.00000000" || first.OrderUpdate.ExecutionType != "NEW" {
			t.Errorf("order: %+v", first.OrderUpdate)
		}
		got(c.NewCancelOpenOrdersService().Symbol("BTCUSDT").Do(t.Context()))(t)
		gone := in.until(func(e *binance.WsUserDataEvent) bool { return e.OrderUpdate.Status == "CANCELED" })
		if gone.OrderUpdate.ExecutionType != "CANCELED" {
			t.Errorf("cancellation: %+v", gone.OrderUpdate)
		}
		in.until(func(e *binance.WsUserDataEvent) bool {
			return e.Event == binance.UserDataEventTypeOutboundAccountPosition && cmp.Equal(e.AccountUpdate.WsAccountUpdates[0].Locked, "0.00000000")
		})
	})
	t.Run("depth", func(t *testing.T) { followDepth(t, c) })
}

func awaitOrder(t *testing.T, c *binance.Client, seen <-chan *binance.WsUserDataEvent) *binance.WsUserDataEvent {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		got(limit(c, binance.SideTypeBuy, "0.01", "50000").Do(t.Context()))(t)
		select {
		case e := <-seen:
			return e
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatal("no order was reported")
	return nil
}

// followDepth keeps a book as Binance tells its users to, from a snapshot taken while
// orders come in, and compares it with a later snapshot.
func followDepth(t *testing.T, c *binance.Client) {
	in := newInbox[*binance.WsDepthEvent](t)
	connected(t)(binance.WsDepthServe100Ms("BTCUSDT", in.put, in.fail))
	ended := make(chan error, 1)
	go func() { ended <- trade(t, c) }()
	first := in.next()
	book := newLocalBook(got(c.NewDepthService().Symbol("BTCUSDT").Limit(5000).Do(t.Context()))(t))
	must(t, book.apply(first))
	must(t, <-ended)
	last := got(c.NewDepthService().Symbol("BTCUSDT").Limit(5000).Do(t.Context()))(t)
	for book.id < last.LastUpdateID {
		must(t, book.apply(in.next()))
	}
	if book.events < 2 {
		t.Errorf("only %d events were applied", book.events)
	}
	if diff := cmp.Diff(newLocalBook(last).levels, book.levels); diff != "" || book.id != last.LastUpdateID {
		t.Errorf("the book at %d differs from the exchange's at %d:\n%s", book.id, last.LastUpdateID, diff)
	}
}

// trade places and cancels orders near the best prices.
func trade(t *testing.T, c *binance.Client) error {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		side := []binance.SideType{binance.SideTypeBuy, binance.SideTypeSell}[dice.IntN(2)]
		price := fmt.Sprint(60000 + 10*(dice.IntN(21)-10))
		o, err := limit(c, side, "0.01", price).NewOrderRespType(binance.NewOrderRespTypeRESULT).Do(t.Context())
		if err != nil {
			return err
		}
		if o.Status == binance.OrderStatusTypeNew && dice.IntN(2) == 0 {
			if _, err := c.NewCancelOrderService().Symbol("BTCUSDT").OrderID(o.OrderID).Do(t.Context()); err != nil {
				return err
			}
		}
	}
	return nil
}

// localBook is a client's copy of the book.
type localBook struct {
	id     int64
	events int // applied since the snapshot
	levels map[string]string
}

func newLocalBook(d *binance.DepthResponse) *localBook {
	b := &localBook{id: d.LastUpdateID, levels: map[string]string{}}
	b.set(d.Bids, d.Asks)
	return b
}

func (b *localBook) set(bids []binance.Bid, asks []binance.Ask) {
	for _, l := range bids {
		b.level("bid "+l.Price, l.Quantity)
	}
	for _, l := range asks {
		b.level("ask "+l.Price, l.Quantity)
	}
}

func (b *localBook) level(name, quantity string) {
	if quantity == "0.00000000" {
		delete(b.levels, name)
		return
	}
	b.levels[name] = quantity
}

// apply adds an event, unless the snapshot is newer; a gap is an error.
func (b *localBook) apply(e *binance.WsDepthEvent) error {
	if e.LastUpdateID <= b.id {
		return nil
	}
	if e.FirstUpdateID > b.id+1 || (b.events > 0 && e.FirstUpdateID != b.id+1) {
		return fmt.Errorf("an event has the updates %d to %d, and the book is at %d", e.FirstUpdateID, e.LastUpdateID, b.id)
	}
	b.id = e.LastUpdateID
	b.events++
	b.set(e.Bids, e.Asks)
	return nil
}
