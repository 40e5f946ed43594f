package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// batchBuckets count commands in a batch.
var batchBuckets = []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096}

// takeoverBuckets are finer around the promise of 3 s.
var takeoverBuckets = []float64{.01, .025, .05, .1, .25, .5, 1, 1.5, 2, 2.5, 3, 4, 5, 10, 30, 60}

// Writer measures the one writer, the lease that makes it one, the database behind
// it and the audit of the ledger. Its methods do not block and may be called from
// any goroutine.
type Writer struct {
	batchCommands      prometheus.Histogram
	commitDuration     prometheus.Histogram
	queueDepth         prometheus.Gauge
	openOrders         *prometheus.GaugeVec
	leaseHeld          prometheus.Gauge
	leaseEpoch         prometheus.Gauge
	commands           *prometheus.CounterVec
	takeoverDuration   prometheus.Histogram
	databaseUp         prometheus.Gauge
	trades             *prometheus.CounterVec
	violations         *prometheus.GaugeVec
	lastAudit          prometheus.Gauge
	lastAuditedCommand prometheus.Gauge
}

func newWriter(m *Metrics) *Writer {
	return &Writer{
		batchCommands:      m.histogram("exchange_batch_commands", "Commands in a committed batch.", batchBuckets),
		commitDuration:     m.histogram("exchange_batch_commit_duration_seconds", "Time to commit a batch to the database.", durationBuckets),
		queueDepth:         m.gauge("exchange_command_queue_depth", "Commands waiting for the writer."),
		openOrders:         m.gaugeVec("exchange_open_orders", "Orders resting in the book, by market; of the replica that writes.", "market"),
		leaseHeld:          m.gauge("exchange_lease_held", "1 if this replica holds the writer's lease, else 0."),
		leaseEpoch:         m.gauge("exchange_lease_epoch", "Epoch of the writer's lease as this replica last saw it."),
		commands:           m.counterVec("exchange_commands_total", "Commands that the writer answered, by kind and by result: accepted, or the code of the refusal.", "kind", "result"),
		takeoverDuration:   m.histogram("exchange_takeover_duration_seconds", "Time from the writer's lease being free to this replica serving commands.", takeoverBuckets),
		databaseUp:         m.gauge("exchange_database_up", "1 if the database answered the latest check, else 0."),
		trades:             m.counterVec("exchange_trades_total", "Trades that this replica committed, by market.", "market"),
		violations:         m.gaugeVec("exchange_invariant_violations", "Rows that broke an invariant of the ledger at the latest audit.", "invariant"),
		lastAudit:          m.gauge("exchange_audit_last_timestamp_seconds", "Unix time of the latest audit of the ledger; 0 before the first."),
		lastAuditedCommand: m.gauge("exchange_audit_last_sequence", "Sequence number of the command up to which the latest audit looked."),
	}
}

// ObserveBatch notes a committed batch: how many commands, how long the commit took.
func (w *Writer) ObserveBatch(commands int, commit time.Duration) {
	w.batchCommands.Observe(float64(commands))
	w.commitDuration.Observe(commit.Seconds())
}

// ObserveQueue notes how many commands are waiting.
func (w *Writer) ObserveQueue(depth int) { w.queueDepth.Set(float64(depth)) }

// SetOpenOrders notes how many orders rest in a market's book.
func (w *Writer) SetOpenOrders(market string, n int) {
	w.openOrders.WithLabelValues(market).Set(float64(n))
}

// SetLease notes whether this replica holds the lease, and the lease's epoch. A
// replica that no longer writes forgets the numbers that only the writer knows.
func (w *Writer) SetLease(holder bool, epoch int64) {
	w.leaseHeld.Set(truth(holder))
	w.leaseEpoch.Set(float64(epoch))
	if !holder {
		w.openOrders.Reset()
		w.queueDepth.Set(0)
	}
}

// CountCommand counts an answered command: "accepted", or the code of its refusal.
func (w *Writer) CountCommand(kind, result string) { w.commands.WithLabelValues(kind, result).Inc() }

// ObserveTakeover notes the time from the lease being free to serving.
func (w *Writer) ObserveTakeover(d time.Duration) { w.takeoverDuration.Observe(d.Seconds()) }

// SetDatabaseUp notes whether the database answered.
func (w *Writer) SetDatabaseUp(up bool) { w.databaseUp.Set(truth(up)) }

// CountTrades counts n trades of a market.
func (w *Writer) CountTrades(market string, n int) { w.trades.WithLabelValues(market).Add(float64(n)) }

// SetInvariantViolations notes how many rows break an invariant.
func (w *Writer) SetInvariantViolations(name string, n int64) {
	w.violations.WithLabelValues(name).Set(float64(n))
}

// SetLastAudit notes when the latest audit ran and up to which command.
func (w *Writer) SetLastAudit(at time.Time, seq int64) {
	w.lastAudit.Set(float64(at.UnixMilli()) / 1000)
	w.lastAuditedCommand.Set(float64(seq))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
