package main

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/bitpin/exchange/src/internal/client"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/marketdata"
	"github.com/bitpin/exchange/src/internal/rest"
	"github.com/bitpin/exchange/src/internal/stream"
	"github.com/bitpin/exchange/src/internal/trading"
	"github.com/bitpin/exchange/src/internal/web"
)

// assemble connects the writer, the view of the market and the edges, and returns
// what answers on the public port.
func (r *replica) assemble(catalog *liveCatalog) (http.Handler, error) {
	c, db := r.config, r.db
	view := marketdata.New(catalog.Markets())
	r.hub = stream.NewHub(stream.Options{
		Catalog: catalog, View: view, Accounts: db, Books: db, Log: r.log, Metrics: r.metrics.Stream,
		ClientAddress: func(r *http.Request) netip.Addr { return client.Address(r, c.TrustedProxies) }, ConnectionsPerAddress: c.StreamConnectionsPerAddress,
	})
	r.trading = trading.New(r.writerOptions(catalog, view))
	api, err := rest.New(rest.Options{
		Trading: r.trading, Catalog: catalog, Accounts: db, Books: db, View: view, Log: r.log,
		MakerFee: c.MakerFee, TakerFee: c.TakerFee, TrustedProxies: c.TrustedProxies,
		WeightLimit: c.WeightLimit, OrderLimit: c.OrderLimit, BodyLimit: int64(c.BodyLimit),
	})
	if err != nil {
		return nil, err
	}
	page, err := web.New(web.Options{
		Trading: r.trading, Catalog: catalog, Accounts: db, Books: db, View: view, Log: r.log,
		SecureCookies: c.SecureCookies, TrustedProxies: c.TrustedProxies,
	})
	if err != nil {
		return nil, err
	}
	deadline := c.CommandTimeout + requestAllowance
	return r.metrics.HTTP(front(withDeadline(deadline, api), r.hub.Handler(), withDeadline(deadline, page))), nil
}

// writerOptions has each batch reach the view first and the streams after it.
func (r *replica) writerOptions(catalog *liveCatalog, view *marketdata.View) trading.Options {
	o := tradingOptions(r.config, r.db, catalog.Markets(), r.log)
	o.Observer, o.Address = r.metrics.Writer, r.config.AdvertiseAddress
	o.ApplyView, o.Publish = view.Apply, r.hub.Publish
	o.Reset = func(s exchange.BookSnapshot) {
		view.Reset(s.Seq, s.Levels, s.LastPrices)
		r.hub.Start(s.Seq)
		r.health.loaded.Store(true)
	}
	return o
}

func (r *replica) auditor() *auditor {
	return &auditor{
		store: r.db, leading: r.trading.Leading, interval: r.config.AuditInterval,
		metrics: r.metrics.Writer, log: r.log, now: time.Now,
	}
}
