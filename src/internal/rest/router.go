package rest

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Options are what the API needs. The ports are required.
type Options struct {
	Trading  exchange.Trading
	Catalog  exchange.Catalog
	Accounts exchange.Accounts
	Books    exchange.Books
	View     exchange.MarketView

	Now      func() time.Time // time.Now if nil
	Log      *slog.Logger     // slog.Default() if nil
	MakerFee exchange.FeeRate // as shown to clients; the writer charges its own
	TakerFee exchange.FeeRate

	WeightLimit    int                             // request weight a minute and IP address; 6000 if 0
	OrderLimit     int                             // orders in 10 s and account; 100 if 0
	BodyLimit      int64                           // bytes of a request's body; 65536 if 0
	TrustedProxies []netip.Prefix                  // whose X-Forwarded-For is believed
	Observe        func(http.Handler) http.Handler // middleware around every endpoint; may be nil
}

// api answers the requests.
type api struct {
	Options
	log     *slog.Logger
	weights *limiter[netip.Prefix]
	orders  *limiter[exchange.AccountID]
	openAPI []byte
}

// New returns a chi router with /api/v3, /api/v1 and /openapi.json. Whatever else it
// is asked for is answered with status 404 and JSON. An error means that an option
// is missing or out of range.
func New(o Options) (http.Handler, error) {
	a, err := newAPI(o)
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	return a.routes(), nil
}

func newAPI(o Options) (*api, error) {
	if o.Trading == nil || o.Catalog == nil || o.Accounts == nil || o.Books == nil || o.View == nil {
		return nil, errors.New("Trading, Catalog, Accounts, Books and View are required")
	}
	if o.WeightLimit < 0 || o.OrderLimit < 0 || o.BodyLimit < 0 {
		return nil, errors.New("WeightLimit, OrderLimit and BodyLimit must not be negative")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.WeightLimit = cmp.Or(o.WeightLimit, 6000)
	o.OrderLimit = cmp.Or(o.OrderLimit, 100)
	o.BodyLimit = cmp.Or(o.BodyLimit, 64<<10)
	document, err := openAPI()
	if err != nil {
		return nil, err
	}
	return &api{
		Options: o, log: cmp.Or(o.Log, slog.Default()), openAPI: document,
		weights: newWeights(o.WeightLimit), orders: newOrderCounts(o.OrderLimit),
	}, nil
}

func (a *api) routes() chi.Router {
	r := chi.NewRouter()
	if a.Observe != nil {
		r.Use(a.Observe)
	}
	for i := range endpoints {
		e := &endpoints[i]
		r.Method(e.method, e.path, a.serve(e))
	}
	r.Method(http.MethodGet, "/openapi.json", a.serve(&endpoint{weight: 1, handle: (*call).openAPI}))
	r.NotFound(a.serveError(func(*call) error { return errNoRoute }))
	r.MethodNotAllowed(a.serveError(func(c *call) error {
		c.w.Header().Set("Allow", methodsOf(r, c.r.URL.Path))
		return errMethod
	}))
	return r
}

// serveError answers what no endpoint takes, in the manner of the API that was meant.
func (a *api) serveError(handle func(*call) error) http.HandlerFunc {
	binance := a.serve(&endpoint{weight: 1, handle: handle, nowhere: true})
	own := a.serve(&endpoint{weight: 1, handle: handle, own: true, nowhere: true})
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/v1/") {
			own.ServeHTTP(w, r)
			return
		}
		binance.ServeHTTP(w, r)
	}
}

// methodsOf lists the methods of a path.
func methodsOf(r chi.Routes, path string) string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		if r.Match(chi.NewRouteContext(), method, path) {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}
