package exchange

// Candle is the trading of one market in one interval of time.
type Candle struct {
	OpenTime                    Millis
	CloseTime                   Millis // the interval's last millisecond
	Open, High, Low, Close      Amount
	Volume, QuoteVolume         Amount
	TakerBuyBase, TakerBuyQuote Amount
	Trades                      int64
}

// Interval is a candle's length.
type Interval string

// Intervals lists the lengths of candles, shortest first. Those from "1m" to "3d"
// are aligned to the epoch, weeks begin on Monday, months are calendar months, all UTC.
var Intervals = []Interval{"1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"}

// Ticker is a market's last 24 hours, to the minute.
type Ticker struct {
	Market                MarketID
	OpenTime, CloseTime   Millis
	Open, High, Low, Last Amount // 0 where nothing was traded
	Volume, QuoteVolume   Amount
	LastQuantity          Amount
	FirstTrade, LastTrade TradeID // -1 where nothing was traded
	Trades                int64
}
