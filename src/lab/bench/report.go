package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
)

// Report is what was measured, as .local/bench.json has it.
type Report struct {
	At      time.Time `json:"at"`
	Machine Machine   `json:"machine"`
	Engine  Engine    `json:"engine"`
	Peer    Engine    `json:"peer"`
	Durable Durable   `json:"durable"`
	Answers Answers   `json:"answers"`
	Profile []Share   `json:"profile"` // of the exchange's processor time under full load
}

// Machine is where it was measured.
type Machine struct {
	CPUs       int     `json:"cpus"`
	Go         string  `json:"go"`
	PostgreSQL int     `json:"postgresql"`
	Load       float64 `json:"load_before"` // processes that wanted to run when we began; -1 where that is not known
}

// Durable is the exchange under full load on one market. What is counted was
// confirmed by PostgreSQL with synchronous_commit=on before it was answered.
type Durable struct {
	Clients   int     `json:"clients"`
	Seconds   float64 `json:"seconds"`
	Orders    float64 `json:"orders_per_second"`
	Cancels   float64 `json:"cancels_per_second"`
	Refused   float64 `json:"refused_per_second"` // cancels that came too late; not durable, not counted
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Exchange  float64 `json:"exchange_cpu_us"` // a request; 0 where it is not known
	Postgres  float64 `json:"postgresql_cpu_us"`
	Generator float64 `json:"load_cpu_us"`

	PgbenchClients int     `json:"pgbench_clients"`
	Pgbench        float64 `json:"pgbench_tps"`
	Ratio          float64 `json:"durable_ratio"`         // orders to pgbench's transactions
	WithCancels    float64 `json:"durable_command_ratio"` // orders and cancels to them
}

// Answers is how long answers take at half of that load, from when a request was due.
type Answers struct {
	Rate      float64 `json:"requests_per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Fdatasync float64 `json:"fdatasync_ms"` // the disk's part of it
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Write writes the report as JSON.
func (r *Report) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// Table prints the report for people.
func (r *Report) Table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, values ...any) {
		fmt.Fprintf(w, "%s\t"+format+"\n", append([]any{name}, values...)...)
	}
	d, a := &r.Durable, &r.Answers
	row("machine", "%d processors, %s, PostgreSQL %d; %.1f processes wanted to run before", r.Machine.CPUs, r.Machine.Go, r.Machine.PostgreSQL, r.Machine.Load)
	row("engine", "%.0f ns, %.0f allocs an order (%s)", r.Engine.Nanos, r.Engine.Allocs, r.Engine.Commands)
	row("textbook engine", "%.0f ns, %.0f allocs an order", r.Peer.Nanos, r.Peer.Allocs)
	row("durable orders", "%.0f/s, and %.0f cancels/s, from %d clients by HTTP, signed", d.Orders, d.Cancels, d.Clients)
	row("pgbench -N", "%.0f tps from %d clients, same server", d.Pgbench, d.PgbenchClients)
	row("durable ratio", "%.2f, with cancels %.2f", d.Ratio, d.WithCancels)
	row("answers at full load", "p50 %.1f ms, p99 %.1f ms", d.P50, d.P99)
	row("answers at half load", "p50 %.1f ms, p99 %.1f ms at %.0f requests/s; fdatasync %.3f ms", a.P50, a.P99, a.Rate, a.Fdatasync)
	row("processor a request", "exchange %.0f µs, PostgreSQL %.0f µs, load %.0f µs", d.Exchange, d.Postgres, d.Generator)
	for i, s := range r.Profile {
		name := ""
		if i == 0 {
			name = "exchange's time"
		}
		row(name, "%4.1f %% %s", 100*s.Share, s.Layer)
	}
	return w.Flush()
}
