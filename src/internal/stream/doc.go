// Package stream pushes what happens to clients over WebSockets, in the shape of
// Binance Spot's streams, so that existing clients can read it.
//
//	/ws/<stream>[/<stream>…]       the events of the streams named
//	/ws, /ws/0                     nothing until SUBSCRIBE
//	/stream?streams=<a>/<b>        the same in an envelope {"stream","data"}
//	/ws-api/v3                     ping, time and, signed, the account's own events
//
// A Hub belongs to a replica. It is given each committed batch in order, after the
// replica's market view has applied it, and queues it: Publish returns at once. One
// goroutine encodes each event once, however many connections want it, and puts it
// into their queues. The queues are bounded. A connection that does not read fast
// enough is closed with a reason; nobody is ever left with a silent gap.
//
// Real time: trade, aggTrade, bookTicker and the account's events. Depth is
// collected for 100 ms or 1 s, as the stream's name says; klines and tickers are
// sent each second if they changed. Streams that carry a state (partial depth,
// bookTicker, kline, tickers) begin with the current one.
//
// A kline is accumulated from the trades published here, on top of the candle that
// the database had when somebody first subscribed; no trade is missed or counted
// twice. Its f (first trade) is -1 if the interval began before that. Tickers are
// read from the database while somebody is subscribed.
package stream
