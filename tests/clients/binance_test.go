package clients_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"
)

// client returns go-binance for one of the demo's accounts.
func (s *service) client(account string) *binance.Client {
	return binance.NewClient(s.demo[account+"_API_KEY"], s.demo[account+"_API_SECRET"]).SetApiEndpoint(s.url)
}

func limit(c *binance.Client, side binance.SideType, quantity, price string) *binance.CreateOrderService {
	return c.NewCreateOrderService().Symbol("BTCUSDT").Side(side).Type(binance.OrderTypeLimit).
		TimeInForce(binance.TimeInForceTypeGTC).Quantity(quantity).Price(price)
}

func TestGoBinanceLearnsWhatCanBeTraded(t *testing.T) {
	t.Parallel()
	c := startExchange(t).client("ALICE")
	must(t, c.NewPingService().Do(t.Context()))
	if _, err := c.NewSetServerTimeService().Do(t.Context()); err != nil {
		t.Error(err)
	}
	info := got(c.NewExchangeInfoService().Do(t.Context()))(t)
	var symbols []string
	for _, s := range info.Symbols {
		symbols = append(symbols, s.Symbol)
	}
	if !slices.Equal(symbols, []string{"BTCUSDT", "ETHBTC", "ETHUSDT"}) {
		t.Fatalf("symbols: %v", symbols)
	}
	btc := info.Symbols[0]
	if btc.PriceFilter().TickSize != "0.01000000" || btc.LotSizeFilter().StepSize != "0.00001000" || btc.NotionalFilter().MinNotional != "5.00000000" {
		t.Errorf("filters: %+v", btc.Filters)
	}
	if !btc.QuoteOrderQtyMarketAllowed || btc.Status != "TRADING" || len(info.RateLimits) != 2 {
		t.Errorf("%+v", btc)
	}
}

func TestGoBinancePlacesFindsAndCancelsALimitOrder(t *testing.T) {
	t.Parallel()
	c := startExchange(t).client("ALICE")
	must(t, limit(c, binance.SideTypeBuy, "0.01", "50000").Test(t.Context()))
	placed := got(limit(c, binance.SideTypeBuy, "0.01", "50000").NewClientOrderID("mine").Do(t.Context()))(t)
	if placed.Status != binance.OrderStatusTypeNew || placed.ClientOrderID != "mine" || placed.Price != "50000.00000000" {
		t.Errorf("placed: %+v", placed)
	}
	found := got(c.NewGetOrderService().Symbol("BTCUSDT").OrigClientOrderID("mine").Do(t.Context()))(t)
	if found.OrderID != placed.OrderID || !found.IsWorking || found.OrigQuantity != "0.01000000" {
		t.Errorf("found: %+v", found)
	}
	open := got(c.NewListOpenOrdersService().Symbol("BTCUSDT").Do(t.Context()))(t)
	if len(open) != 1 || open[0].OrderID != placed.OrderID {
		t.Errorf("open: %+v", open)
	}
	if locked := balance(t, c, "USDT").Locked; locked != "500.00000000" {
		t.Errorf("locked: %s", locked)
	}
	gone := got(c.NewCancelOrderService().Symbol("BTCUSDT").OrderID(placed.OrderID).Do(t.Context()))(t)
	if gone.Status != binance.OrderStatusTypeCanceled || gone.OrigClientOrderID != "mine" {
		t.Errorf("cancelled: %+v", gone)
	}
	for range 2 {
		got(limit(c, binance.SideTypeBuy, "0.01", "50000").Do(t.Context()))(t)
	}
	all := got(c.NewCancelOpenOrdersService().Symbol("BTCUSDT").Do(t.Context()))(t)
	if len(all.Orders) != 2 {
		t.Errorf("cancelled all: %+v", all)
	}
	orders := got(c.NewListOrdersService().Symbol("BTCUSDT").Do(t.Context()))(t)
	if len(orders) != 3 || orders[2].Status != binance.OrderStatusTypeCanceled {
		t.Errorf("all orders: %+v", orders)
	}
	if locked := balance(t, c, "USDT").Locked; locked != "0.00000000" {
		t.Errorf("still locked: %s", locked)
	}
}

// The demo's maker asks 0.05 BTC at 60025, 0.1 at 60050 and so on.
func TestGoBinanceBuysAtTheMarket(t *testing.T) {
	t.Parallel()
	c := startExchange(t).client("ALICE")
	market := func() *binance.CreateOrderService {
		return c.NewCreateOrderService().Symbol("BTCUSDT").Side(binance.SideTypeBuy).Type(binance.OrderTypeMarket)
	}
	bought := got(market().Quantity("0.06").Do(t.Context()))(t)
	if bought.Status != binance.OrderStatusTypeFilled || bought.CummulativeQuoteQuantity != "3601.75000000" || len(bought.Fills) != 2 {
		t.Fatalf("by quantity: %+v", bought)
	}
	if f := bought.Fills[0]; f.Price != "60025.00000000" || f.Quantity != "0.05000000" || f.Commission != "0.00005000" || f.CommissionAsset != "BTC" {
		t.Errorf("first fill: %+v", f)
	}
	spent := got(market().QuoteOrderQty("600.5").Do(t.Context()))(t)
	if spent.Status != binance.OrderStatusTypeFilled || spent.ExecutedQuantity != "0.01000000" || spent.CummulativeQuoteQuantity != "600.50000000" {
		t.Errorf("by money: %+v", spent)
	}
	trades := got(c.NewListTradesService().Symbol("BTCUSDT").Do(t.Context()))(t)
	if len(trades) != 3 || !trades[0].IsBuyer || trades[0].IsMaker || trades[2].OrderID != spent.OrderID {
		t.Errorf("my trades: %+v", trades)
	}
	if b := balance(t, c, "BTC"); b.Free != "10.06993000" { // 10 + 0.07 - 0.1 %
		t.Errorf("BTC: %+v", b)
	}
	if b := balance(t, c, "USDT"); b.Free != "995797.75000000" {
		t.Errorf("USDT: %+v", b)
	}
}

func TestGoBinanceReadsTheMarket(t *testing.T) {
	t.Parallel()
	c := startExchange(t).client("ALICE")
	got(limit(c, binance.SideTypeBuy, "0.02", "60025").Do(t.Context()))(t)
	depth := got(c.NewDepthService().Symbol("BTCUSDT").Limit(5).Do(t.Context()))(t)
	if len(depth.Bids) != 5 || len(depth.Asks) != 5 || depth.Bids[0].Price != "59975.00000000" || depth.Asks[0].Quantity != "0.03000000" || depth.LastUpdateID == 0 {
		t.Errorf("depth: %+v", depth)
	}
	trades := got(c.NewRecentTradesService().Symbol("BTCUSDT").Do(t.Context()))(t)
	if len(trades) != 1 || trades[0].Price != "60025.00000000" || trades[0].IsBuyerMaker {
		t.Errorf("trades: %+v", trades)
	}
	klines := got(c.NewKlinesService().Symbol("BTCUSDT").Interval("1h").Do(t.Context()))(t)
	if len(klines) != 1 || klines[0].Close != "60025.00000000" || klines[0].Volume != "0.02000000" || klines[0].TradeNum != 1 {
		t.Errorf("klines: %+v", klines)
	}
	day := got(c.NewListPriceChangeStatsService().Symbol("BTCUSDT").Do(t.Context()))(t)
	if len(day) != 1 || day[0].LastPrice != "60025.00000000" || day[0].BidPrice != "59975.00000000" || day[0].Count != 1 {
		t.Errorf("24 hours: %+v", day)
	}
	prices := got(c.NewListPricesService().Do(t.Context()))(t)
	if len(prices) != 3 || prices[0].Symbol != "BTCUSDT" || prices[0].Price != "60025.00000000" {
		t.Errorf("prices: %+v", prices)
	}
	best := got(c.NewListBookTickersService().Symbol("ETHUSDT").Do(t.Context()))(t)
	if len(best) != 1 || best[0].BidPrice != "2998.50000000" || best[0].AskPrice != "3001.50000000" {
		t.Errorf("best prices: %+v", best)
	}
}

func TestGoBinanceUnderstandsTheErrors(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	c := s.client("ALICE")
	forger := binance.NewClient(s.demo["ALICE_API_KEY"], "guessed").SetApiEndpoint(s.url)
	nobody := binance.NewClient("unknown", "unknown").SetApiEndpoint(s.url)
	late := s.client("ALICE")
	late.TimeOffset = 10_000
	got(limit(c, binance.SideTypeBuy, "0.01", "50000").NewClientOrderID("mine").Do(t.Context()))(t)
	place := func(o *binance.CreateOrderService) error { _, err := o.Do(t.Context()); return err }
	maker := c.NewCreateOrderService().Symbol("BTCUSDT").Side(binance.SideTypeBuy).Type(binance.OrderTypeLimitMaker).Quantity("0.01").Price("70000")
	for name, test := range map[string]struct {
		err  error
		code int64
	}{
		"an unknown symbol":        {place(limit(c, binance.SideTypeBuy, "1", "1").Symbol("BTCEUR")), -1121},
		"a quantity off the step":  {place(limit(c, binance.SideTypeBuy, "0.000001", "50000")), -1013},
		"too many decimals":        {place(limit(c, binance.SideTypeBuy, "0.000000001", "50000")), -1111},
		"no number":                {place(limit(c, binance.SideTypeBuy, "NaN", "50000")), -1102},
		"more than the balance":    {place(limit(c, binance.SideTypeBuy, "1000", "50000")), -2010},
		"an open client order id":  {place(limit(c, binance.SideTypeBuy, "0.01", "50000").NewClientOrderID("mine")), -2010},
		"a maker that would take":  {place(maker), -2010},
		"a wrong secret":           {place(limit(forger, binance.SideTypeBuy, "0.01", "50000")), -1022},
		"an unknown key":           {place(limit(nobody, binance.SideTypeBuy, "0.01", "50000")), -2015},
		"a clock that is slow":     {place(limit(late, binance.SideTypeBuy, "0.01", "50000")), -1021},
		"an order that is unknown": {second(c.NewGetOrderService().Symbol("BTCUSDT").OrderID(999999).Do(t.Context())), -2013},
		"nothing to cancel":        {second(c.NewCancelOrderService().Symbol("BTCUSDT").OrderID(999999).Do(t.Context())), -2011},
	} {
		var refusal *common.APIError
		if !errors.As(test.err, &refusal) || refusal.Code != test.code {
			t.Errorf("%s: %v, want %s", name, test.err, strconv.FormatInt(test.code, 10))
		}
	}
}

func balance(t *testing.T, c *binance.Client, asset string) binance.Balance {
	t.Helper()
	account := got(c.NewGetAccountService().Do(t.Context()))(t)
	i := slices.IndexFunc(account.Balances, func(b binance.Balance) bool { return b.Asset == asset })
	if i < 0 {
		t.Fatalf("no %s in %+v", asset, account)
	}
	return account.Balances[i]
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got returns a result unless there is an error: got(call())(t).
func got[T any](result T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

func second[T any](_ T, err error) error { return err }
