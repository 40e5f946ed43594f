package rest_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

// atOnce is a writer that takes no time, so that the API's own part is measured.
type atOnce struct{}

func (atOnce) Submit(_ context.Context, c exchange.Command) (exchange.Outcome, error) {
	return exchange.Outcome{Seq: 7, At: 1, Orders: []exchange.Order{{ID: 7, Market: c.Market, ClientID: c.Order.ClientID, Status: exchange.StatusNew}}}, nil
}

// nothing is a ResponseWriter that keeps nothing.
type nothing struct{ header http.Header }

func (n nothing) Header() http.Header         { return n.header }
func (n nothing) WriteHeader(int)             {}
func (n nothing) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkPlaceOrder leads a signed order through the API, without the network and
// the writer.
func BenchmarkPlaceOrder(b *testing.B) {
	api := newAPI(b, func(o *rest.Options) { o.Trading, o.WeightLimit, o.OrderLimit = atOnce{}, 1<<40, 1<<40 })
	form := "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01200&price=10000.01&newOrderRespType=ACK&newClientOrderId=bench-7&recvWindow=5000&timestamp=" + strconv.FormatInt(now.UnixMilli(), 10)
	body := []byte(form + "&signature=" + sign(exampleSecret, form))
	r := request(http.MethodPost, "/api/v3/order", string(body))
	r.Header.Set("X-Mbx-Apikey", exampleKey)
	reader := bytes.NewReader(body)
	r.Body = io.NopCloser(reader)
	w := nothing{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		reader.Reset(body)
		clear(w.header)
		api.ServeHTTP(w, r)
	}
}
