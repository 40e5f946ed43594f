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
