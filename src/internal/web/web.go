package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

// Options are what the page needs. The ports are required.
type Options struct {
	Trading  exchange.Trading
	Catalog  exchange.Catalog
	Accounts exchange.Accounts
	Books    exchange.Books
	View     exchange.MarketView

	Now            func() time.Time // time.Now if nil
	Log            *slog.Logger     // slog.Default() if nil
	SecureCookies  bool             // the page is reached by HTTPS: __Host- cookies and HSTS
	TrustedProxies []netip.Prefix   // whose X-Forwarded-For is believed
}

// site answers the page's requests.
type site struct {
	Options
	templates templates
	assets    assets
	decoy     string // a password hash that no password matches
	visits    *limiter
	signIns   signInLimits
}

// New returns the handler of /, /markets/*, /orders*, /login, /logout, /invariants
// and /static/*; any other path is a page with status 404.
func New(options Options) (http.Handler, error) {
	if options.Trading == nil || options.Catalog == nil || options.Accounts == nil || options.Books == nil || options.View == nil {
		return nil, errors.New("web: Trading, Catalog, Accounts, Books and View are required")
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	s := &site{Options: options, visits: newLimiter(visitRate, visitBurst), signIns: newSignInLimits()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.templates, err = parseTemplates(s.assets); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.decoy, err = credential.HashPassword(credential.NewToken(32)); err != nil {
		return nil, fmt.Errorf("web: making the decoy hash: %w", err)
	}
	return s.routes(), nil
}

func (s *site) routes() http.Handler {
	r := chi.NewRouter()
	r.Use(s.secureHeaders, middleware.GetHead)
	r.Get("/static/{name}", s.assets.serve)
	r.Group(func(r chi.Router) {
		r.Use(s.limitVisits, s.identify)
		r.NotFound(s.notFound)
		r.Get("/", s.home)
		r.Get("/markets/{symbol}", s.market)
		r.Get("/invariants", s.invariants)
		r.Get("/login", s.loginForm)
		r.With(s.sameSite).Post("/login", s.login)
		r.Get("/orders", s.orders)
		r.Group(func(r chi.Router) {
			r.Use(s.sameSite, s.signedIn)
			r.Post("/logout", s.logout)
			r.Post("/orders", s.placeOrder)
			r.Post("/orders/cancel", s.cancelOrder)
			r.Post("/orders/cancel-all", s.cancelAllOrders)
		})
	})
	return r
}
