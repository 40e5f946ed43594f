package exchange_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func btcusdt() exchange.Market {
	return exchange.Market{
		ID: 1, Symbol: "BTCUSDT", Base: exchange.Asset{ID: 1, Code: "BTC"}, Quote: exchange.Asset{ID: 2, Code: "USDT"},
		Tick: exchange.MustAmount("0.01"), Lot: exchange.MustAmount("0.00001"),
		MinPrice: exchange.MustAmount("0.01"), MaxPrice: exchange.MustAmount("1000000"),
		MinQuantity: exchange.MustAmount("0.00001"), MaxQuantity: exchange.MustAmount("9000"), MinNotional: exchange.MustAmount("5"),
	}
}

func TestMarketThatBreaksARuleIsNamed(t *testing.T) {
	t.Parallel()
	if err := btcusdt().Validate(); err != nil {
		t.Fatalf("a sound market is refused: %v", err)
	}
	for name, test := range map[string]struct {
		change func(*exchange.Market)
		want   string
	}{
		"one asset twice":              {func(m *exchange.Market) { m.Quote = m.Base }, "two different asset codes"},
		"an asset of small letters":    {func(m *exchange.Market) { m.Base.Code = "btc" }, "two different asset codes"},
		"another symbol":               {func(m *exchange.Market) { m.Symbol = "BTCUSD" }, "symbol must be BTCUSDT"},
		"no tick":                      {func(m *exchange.Market) { m.Tick = 0 }, "tick and lot must be positive"},
		"a negative lot":               {func(m *exchange.Market) { m.Lot = -1 }, "tick and lot must be positive"},
		"a lowest price of 0":          {func(m *exchange.Market) { m.MinPrice = 0 }, "price bounds"},
		"prices the wrong way round":   {func(m *exchange.Market) { m.MaxPrice = m.MinPrice - m.Tick }, "price bounds"},
		"a highest price off the tick": {func(m *exchange.Market) { m.MaxPrice++ }, "price bounds"},
		"a least quantity off the lot": {func(m *exchange.Market) { m.MinQuantity++ }, "quantity bounds"},
		"a negative notional":          {func(m *exchange.Market) { m.MinNotional = -1 }, "minimum notional"},
		"a notional with nine digits":  {func(m *exchange.Market) { m.Lot, m.MinQuantity, m.MaxQuantity = 1, 1, 1 }, "tick × lot"},
		"a notional out of range":      {func(m *exchange.Market) { m.MaxQuantity = exchange.MustAmount("1000000") }, "highest price × highest quantity"},
	} {
		m := btcusdt()
		test.change(&m)
		if err := m.Validate(); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "market "+m.Symbol) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

func TestFiltersRefuseWhatIsOutsideOrOffTheStep(t *testing.T) {
	t.Parallel()
	m := btcusdt()
	for _, test := range []struct {
		check  func(exchange.Amount) error
		amount string
		code   exchange.Code // "": passes
	}{
		{m.CheckPrice, "0.01", ""},
		{m.CheckPrice, "1000000", ""},
		{m.CheckPrice, "0", exchange.CodePriceFilter},
		{m.CheckPrice, "-0.01", exchange.CodePriceFilter},
		{m.CheckPrice, "1000000.01", exchange.CodePriceFilter},
		{m.CheckPrice, "100.001", exchange.CodePriceFilter},
		{m.CheckQuantity, "0.00001", ""},
		{m.CheckQuantity, "9000", ""},
		{m.CheckQuantity, "0", exchange.CodeLotSize},
		{m.CheckQuantity, "-1", exchange.CodeLotSize},
		{m.CheckQuantity, "9000.00001", exchange.CodeLotSize},
		{m.CheckQuantity, "1.000001", exchange.CodeLotSize},
		{m.CheckNotional, "5", ""},
		{m.CheckNotional, "4.99999999", exchange.CodeNotional},
	} {
		err := test.check(exchange.MustAmount(test.amount))
		if exchange.CodeOf(err) != test.code {
			t.Errorf("%s: %v, want %q", test.amount, err, test.code)
		}
		var coded *exchange.Error
		if errors.As(err, &coded) && (coded.Field == "" || !strings.HasPrefix(coded.Message, "Filter failure: ")) {
			t.Errorf("%s: field %q, message %q", test.amount, coded.Field, coded.Message)
		}
	}
}

func TestAssetCodesAreUpperCaseLettersAndDigits(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"BTC": true, "1INCH": true, "AB": true, "ABCDEFGHIJ": true,
		"": false, "A": false, "ABCDEFGHIJK": false, "btc": false, "B-C": false, "B C": false, "ÄB": false,
	} {
		if exchange.ValidAssetCode(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}
