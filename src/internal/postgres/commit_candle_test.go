package postgres_test

import (
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
)

func TestTradesMakeCandlesOverSeveralBatches(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, trades(1, noon, tape{"100", "1", exchange.Buy}, tape{"103", "2", exchange.Sell}))
	j.commit(t, trades(3, noon+59_999, tape{"99", "4", exchange.Buy}, tape{"101", "0.5", exchange.Sell}))
	j.commit(t, trades(5, noon+60_000, tape{"98", "1", exchange.Sell}))

	amount := exchange.MustAmount
	want := []exchange.Candle{
		{
			OpenTime: noon, CloseTime: noon + 59_999, Open: amount("100"), High: amount("103"), Low: amount("99"), Close: amount("101"),
			Volume: amount("7.5"), QuoteVolume: amount("752.5"), TakerBuyBase: amount("5"), TakerBuyQuote: amount("496"), Trades: 4,
		},
		{
			OpenTime: noon + 60_000, CloseTime: noon + 119_999, Open: amount("98"), High: amount("98"), Low: amount("98"), Close: amount("98"),
			Volume: amount("1"), QuoteVolume: amount("98"), Trades: 1,
		},
	}
	expect(t, want)(j.Candles(t.Context(), exchange.CandleQuery{Market: btcusdt, Interval: "1m", Start: noon, Limit: 10}))
}

func TestVolumeOfAMinuteMayExceedAnAmount(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.commit(t, trades(1, noon, tape{"1", "90000000000", exchange.Buy}, tape{"1", "90000000000", exchange.Buy}))
	conn := j.connect(t)
	var volume string
	if err := conn.QueryRow(t.Context(), "SELECT volume::text FROM candles").Scan(&volume); err != nil {
		t.Fatal(err)
	}
	if want := "18000000000000000000"; volume != want {
		t.Errorf("volume = %s, want %s", volume, want)
	}
}

// tape is a trade as a ticker tape has it.
type tape struct {
	price, quantity string
	taker           exchange.Side
}

// trades is a batch of trades at one time, with ids from first on.
func trades(first exchange.TradeID, at exchange.Millis, list ...tape) *exchange.Changes {
	c := batch(exchange.Seq(first), exchange.Seq(first)+exchange.Seq(len(list))-1)
	for i, entry := range list {
		price, quantity := exchange.MustAmount(entry.price), exchange.MustAmount(entry.quantity)
		quote, err := exchange.Notional(price, quantity)
		if err != nil {
			panic(err)
		}
		id := first + exchange.TradeID(i)
		c.Batch.Trades = append(c.Batch.Trades, exchange.Trade{
			ID: id, Seq: exchange.Seq(id), Market: btcusdt, Price: price, Quantity: quantity, Quote: quote, TakerSide: entry.taker,
			MakerOrder: 1, TakerOrder: 2, MakerAccount: alice, TakerAccount: bob, At: at,
		})
	}
	return c
}
