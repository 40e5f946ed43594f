package stream

import "time"

// What a client may do, and what the hub does on its behalf.
const (
	maxStreams        = 1024 // a connection
	maxMessage        = 4096 // bytes from a client
	maxAccounts       = 16   // user data subscriptions of a connection
	controlPerSecond  = 5    // messages and pings from a client
	defaultPerAddress = 100  // connections
	maxConnections    = 20_000
)

// tuning are the hub's times and sizes; tests shorten them.
type tuning struct {
	fast, slow    time.Duration // the update speeds that Binance calls 100ms and 1000ms
	ping          time.Duration // between pings
	pongTimeout   time.Duration // without a pong until the connection is closed
	lifetime      time.Duration // of a connection
	write         time.Duration // for one message
	tickers       time.Duration // between looks at the database, while somebody is subscribed
	queueMessages int           // waiting for a connection
	queueBytes    int
	backlog       int // batches waiting for the hub
}

// A queue must hold what one batch of the writer can produce at most for a stream.
func defaultTuning() tuning {
	return tuning{
		fast: 100 * time.Millisecond, slow: time.Second,
		ping: 20 * time.Second, pongTimeout: time.Minute, lifetime: 24 * time.Hour,
		write: 10 * time.Second, tickers: time.Second,
		queueMessages: 16384, queueBytes: 8 << 20, backlog: 4096,
	}
}
