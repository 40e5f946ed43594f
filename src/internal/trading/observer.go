package trading

import "time"

// Observer is told what happens, for metrics. Its methods must not block.
type Observer interface {
	ObserveBatch(commands int, commit time.Duration)
	ObserveQueue(depth int)
	ObserveTakeover(d time.Duration) // from the lease being free to serving
	CountCommand(kind, result string)
	CountTrades(market string, n int)
	SetOpenOrders(market string, n int)
	SetLease(holder bool, epoch int64)
}
