package rest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

func TestOrderForms(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]exchange.NewOrder{
		"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=100": {
			Side: exchange.Buy, Type: exchange.Limit, TimeInForce: exchange.GTC, Quantity: 50_000_000, Price: 100 * exchange.Unit, SelfTrade: exchange.ExpireMaker},
		"side=SELL&type=LIMIT&timeInForce=FOK&quantity=1.00000000000&price=99.990&selfTradePreventionMode=EXPIRE_BOTH": {
			Side: exchange.Sell, Type: exchange.Limit, TimeInForce: exchange.FOK, Quantity: exchange.Unit, Price: 9_999_000_000, SelfTrade: exchange.ExpireBoth},
		"side=SELL&type=LIMIT_MAKER&quantity=1&price=100": {
			Side: exchange.Sell, Type: exchange.LimitMaker, TimeInForce: exchange.GTC, Quantity: exchange.Unit, Price: 100 * exchange.Unit, SelfTrade: exchange.ExpireMaker},
		"side=BUY&type=MARKET&quantity=1&selfTradePreventionMode=EXPIRE_TAKER": {
			Side: exchange.Buy, Type: exchange.MarketOrder, TimeInForce: exchange.GTC, Quantity: exchange.Unit, SelfTrade: exchange.ExpireTaker},
		"side=BUY&type=MARKET&quoteOrderQty=10.5": {
			Side: exchange.Buy, Type: exchange.MarketOrder, TimeInForce: exchange.GTC, QuoteQuantity: 1_050_000_000, SelfTrade: exchange.ExpireMaker},
	} {
		want.ClientID = "mine"
		got, _, err := rest.Form(markets, "symbol=BTCUSDT&newClientOrderId=mine&"+form)
		if err != nil {
			t.Errorf("%s: %v", form, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
	}
}

func TestOrderFormsThatAreRefused(t *testing.T) {
	t.Parallel()
	const limit = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100"
	with := func(name, value string) string { // value "" leaves the parameter out
		var pairs []string
		found := false
		for pair := range strings.SplitSeq(limit, "&") {
			if n, _, _ := strings.Cut(pair, "="); n == name {
				found = true
				pair = name + "=" + value
				if value == "" {
					continue
				}
			}
			pairs = append(pairs, pair)
		}
		if !found {
			pairs = append(pairs, name+"="+value)
		}
		return strings.Join(pairs, "&")
	}
	market := func(rest string) string { return "symbol=BTCUSDT&side=BUY&type=MARKET&" + rest }
	for form, want := range map[string]struct {
		number  int
		message string
	}{
		with("symbol", ""):                                {-1102, "'symbol' was not sent"},
		with("symbol", "NOPE"):                            {-1121, "Invalid symbol."},
		with("side", ""):                                  {-1102, "'side'"},
		with("side", "buy"):                               {-1117, "Invalid side."},
		with("type", ""):                                  {-1102, "'type'"},
		with("type", "ICEBERG"):                           {-1116, "Invalid orderType."},
		with("type", "STOP_LOSS"):                         {-1013, "STOP_LOSS orders are not supported"},
		with("timeInForce", ""):                           {-1102, "'timeInForce'"},
		with("timeInForce", "GTX"):                        {-1115, "Invalid timeInForce."},
		with("quantity", ""):                              {-1102, "'quantity'"},
		with("quantity", "NaN"):                           {-1102, "'quantity'"},
		with("quantity", "1e3"):                           {-1102, "'quantity'"},
		with("quantity", "%2B1"):                          {-1102, "'quantity'"},
		with("quantity", "0"):                             {-1013, "Invalid quantity."},
		with("quantity", "-1"):                            {-1013, "Invalid quantity."},
		with("quantity", "0.000000001"):                   {-1111, "'quantity' has too much precision."},
		with("quantity", strings.Repeat("9", 40)):         {-1013, "Invalid quantity."},
		with("quantity", "0."+strings.Repeat("1", 40)):    {-1111, "'quantity'"},
		with("quantity", "0.000001"):                      {-1013, "Filter failure: LOT_SIZE"},
		with("quantity", "0.000015"):                      {-1013, "Filter failure: LOT_SIZE"},
		with("quantity", "9001"):                          {-1013, "Filter failure: LOT_SIZE"},
		with("price", ""):                                 {-1102, "'price'"},
		with("price", "0"):                                {-1013, "Invalid price."},
		with("price", "-5"):                               {-1013, "Invalid price."},
		with("price", "100.001"):                          {-1013, "Filter failure: PRICE_FILTER"},
		with("price", "1000000.01"):                       {-1013, "Filter failure: PRICE_FILTER"},
		with("price", "1"):                                {-1013, "Filter failure: NOTIONAL"},
		with("quoteOrderQty", "5"):                        {-1106, "'quoteOrderQty' sent when not required."},
		with("stopPrice", "5"):                            {-1106, "'stopPrice' sent when not required."},
		with("icebergQty", "5"):                           {-1013, "Iceberg orders are not supported"},
		with("trailingDelta", "5"):                        {-1013, "Trailing stop orders are not supported"},
		with("selfTradePreventionMode", "NONE"):           {-1130, "'selfTradePreventionMode' is not valid"},
		with("newOrderRespType", "LONG"):                  {-1130, "'newOrderRespType' is not valid"},
		with("newClientOrderId", "with%20blank"):          {-1102, "'newClientOrderId' was empty or malformed"},
		with("newClientOrderId", strings.Repeat("a", 37)): {-1102, "'newClientOrderId' was empty or malformed"},
		market(""):                                        {-1102, "'quantity' or 'quoteOrderQty' must be sent"},
		market("quantity=1&quoteOrderQty=5"):              {-1106, "'quantity' sent when not required."},
		market("quantity=1&price=5"):                      {-1106, "'price' sent when not required."},
		market("quantity=1&timeInForce=GTC"):              {-1106, "'timeInForce' sent when not required."},
		market("quoteOrderQty=4.99"):                      {-1013, "Filter failure: NOTIONAL"},
		market("quoteOrderQty=0"):                         {-1013, "Invalid quote order quantity."},
		with("type", "LIMIT_MAKER"):                       {-1106, "'timeInForce' sent when not required."},
		with("newClientOrderId", "%22%27%20--%20"):        {-1102, "'newClientOrderId'"},
	} {
		_, _, err := rest.Form(markets, form)
		if err == nil {
			t.Errorf("%s: accepted", form)
			continue
		}
		if _, number, message, _ := rest.Answer(err); number != want.number || !strings.Contains(message, want.message) {
			t.Errorf("%s: got %d %q, want %d %q", form, number, message, want.number, want.message)
		}
	}
}

func TestAnOrderWithoutAnIDGetsOne(t *testing.T) {
	t.Parallel()
	const form = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
	first, _, err := rest.Form(markets, form)
	if err != nil {
		t.Fatal(err)
	}
	second, _, _ := rest.Form(markets, form)
	if len(first.ClientID) < 22 || len(first.ClientID) > 36 || first.ClientID == second.ClientID {
		t.Errorf("ids %q and %q", first.ClientID, second.ClientID)
	}
}

func TestTheAnswersLengthDependsOnTheType(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		"type=LIMIT&timeInForce=GTC&quantity=1&price=100":                      "FULL",
		"type=MARKET&quantity=1":                                               "FULL",
		"type=LIMIT_MAKER&quantity=1&price=100":                                "ACK",
		"type=LIMIT&timeInForce=GTC&quantity=1&price=100&newOrderRespType=ACK": "ACK",
		"type=LIMIT_MAKER&quantity=1&price=100&newOrderRespType=RESULT":        "RESULT",
	} {
		if _, got, err := rest.Form(markets, "symbol=BTCUSDT&side=BUY&"+form); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", form, got, err, want)
		}
	}
}
