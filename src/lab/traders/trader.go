package traders

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/adshao/go-binance/v2"
)

// order is an order that a trader sent, perhaps several times, and its cancellation.
type order struct {
	account  string
	clientID string
	side     binance.SideType
	price    string
	quantity string
	verdict  Verdict
	placed   *binance.CreateOrderResponse // if acknowledged
	canceled *binance.CancelOrderResponse // if that was acknowledged
}

// trader sends one order after the other.
type trader struct {
	load    *Load
	name    string
	account Account
	clients []*binance.Client // one for each URL
	next    int               // the URL to send to
	random  *rand.Rand
	resting []*order // in the book, as far as it knows; the oldest first
}

func (t *trader) trade(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		o := &order{
			account: t.account.Name, clientID: fmt.Sprintf("%s-%d", t.name, n),
			side:     []binance.SideType{binance.SideTypeBuy, binance.SideTypeSell}[t.random.IntN(2)],
			price:    fmt.Sprint(59990 + t.random.IntN(21)), // most meet an order of another trader
			quantity: fmt.Sprintf("0.00%d", 1+t.random.IntN(5)),
		}
		began := time.Now()
		t.place(ctx, o)
		if o.verdict == Acknowledged && o.placed.Status != binance.OrderStatusTypeFilled {
			t.rest(o)
		}
		t.load.mu.Lock()
		t.load.orders = append(t.load.orders, o)
		t.load.mu.Unlock()
		time.Sleep(t.load.Pace - time.Since(began))
	}
}

// rest leaves an order in the book, or cancels it. If too many of the trader's are
// there, the oldest is cancelled.
func (t *trader) rest(o *order) {
	if t.random.IntN(2) == 0 {
		t.cancel(o)
		return
	}
	if t.resting = append(t.resting, o); len(t.resting) > t.load.Resting {
		t.cancel(t.resting[0])
		t.resting = t.resting[1:]
	}
}

// place sends an order, and again while it was certainly not executed.
func (t *trader) place(ctx context.Context, o *order) {
	for {
		sent := time.Now()
		placed, err := t.client().NewCreateOrderService().Symbol("BTCUSDT").Side(o.side).Type(binance.OrderTypeLimit).
			TimeInForce(binance.TimeInForceTypeGTC).Price(o.price).Quantity(o.quantity).NewClientOrderID(o.clientID).
			Do(context.Background())
		o.placed, o.verdict = placed, t.load.note(sent, err)
		if o.verdict == Acknowledged {
			return
		}
		t.next++
		if o.verdict != NotExecuted || ctx.Err() != nil {
			return
		}
		time.Sleep(t.load.Pace)
	}
}

func (t *trader) cancel(o *order) {
	sent := time.Now()
	canceled, err := t.client().NewCancelOrderService().Symbol("BTCUSDT").OrderID(o.placed.OrderID).Do(context.Background())
	if t.load.note(sent, err) == Acknowledged {
		o.canceled = canceled
	}
}

func (t *trader) client() *binance.Client {
	for range t.clients {
		if !t.load.unready[t.next%len(t.clients)].Load() {
			break
		}
		t.next++
	}
	return t.clients[t.next%len(t.clients)]
}
