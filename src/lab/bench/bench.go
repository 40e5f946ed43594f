package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/lab/flow"
	"github.com/bitpin/exchange/src/lab/lock"
	"github.com/bitpin/exchange/src/lab/postgres"
)

// Config says what to measure.
type Config struct {
	Root     string        // of the repository
	Dir      string        // for what the measurement leaves: programs, profiles, logs
	Clients  int           // even; each is one connection and one account
	Duration time.Duration // of each of the runs under load
	Out      io.Writer     // is told what is being done
}

const database = "exchange"

// flowLength bounds the commands that one measurement may use up.
const flowLength = 1_000_000

// Run measures, one thing after the other.
func Run(ctx context.Context, c Config) (_ *Report, err error) {
	if c.Clients < 2 || c.Clients%2 != 0 || c.Duration < time.Second || c.Duration > recvWindow/2 {
		return nil, fmt.Errorf("clients must be an even number, and the duration from 1s to %s", recvWindow/2)
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making %s: %w", c.Dir, err)
	}
	held, err := lock.Acquire(filepath.Join(c.Dir, "lock"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	r := &Report{At: time.Now().UTC().Truncate(time.Second), Machine: Machine{CPUs: runtime.NumCPU(), Go: runtime.Version(), Load: load()}}
	fmt.Fprintln(c.Out, "Measuring the engine")
	engines, err := measureEngines(ctx, c.Root, c.Dir)
	if err != nil {
		return nil, err
	}
	r.Engine, r.Peer = engines[0], engines[1]
	data := filepath.Join(c.Dir, "postgres")
	if err := postgres.Remove(ctx, data); err != nil { // of a run that was cut off
		return nil, err
	}
	server, err := postgres.Start(ctx, postgres.Options{Dir: data, Install: true, Log: c.Out})
	if err != nil {
		return nil, err
	}
	defer func() {
		err = errors.Join(err, server.Stop(), postgres.Remove(context.WithoutCancel(ctx), data))
	}()
	if b, ok := server.Binaries(); ok {
		r.Machine.PostgreSQL = b.Major
	}
	return r, c.measureDurable(ctx, server, r)
}

// measureDurable measures pgbench before and after the exchange, on one server.
func (c *Config) measureDurable(ctx context.Context, server *postgres.Server, r *Report) error {
	disk, err := measureSync(c.Dir)
	if err != nil {
		return err
	}
	r.Answers.Fdatasync = float64(disk.Nanoseconds()) / 1e6
	if err := preparePgbench(ctx, server); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "Measuring PostgreSQL by pgbench")
	before, err := measurePgbench(ctx, server, c.Duration)
	if err != nil {
		return err
	}
	if err := c.measureExchange(ctx, server, r); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "Measuring PostgreSQL by pgbench again")
	after, err := measurePgbench(ctx, server, c.Duration)
	if err != nil {
		return err
	}
	d := &r.Durable
	d.PgbenchClients, d.Pgbench = pgbenchClients, max(before, after)
	d.Ratio, d.WithCancels = d.Orders/d.Pgbench, (d.Orders+d.Cancels)/d.Pgbench
	return nil
}

func (c *Config) measureExchange(ctx context.Context, server *postgres.Server, r *Report) (err error) {
	fmt.Fprintln(c.Out, "Building and seeding the exchange")
	p, err := build(ctx, c.Root, c.Dir)
	if err != nil {
		return err
	}
	if err := server.EnsureDatabase(ctx, database); err != nil {
		return err
	}
	if err := p.configure(server.DSN(database)); err != nil {
		return err
	}
	if err := p.seed(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.start(ctx); err != nil {
		return err
	}
	s := &session{config: c, program: p, postgres: postmaster(c.Dir)}
	if err := s.open(ctx); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "Measuring the exchange at full load")
	if err := s.full(ctx, r); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "Measuring the exchange at half load")
	if err := s.half(ctx, r); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, "Profiling the exchange at full load")
	r.Profile, err = p.profile(ctx, func() error { _, _, err := s.run(ctx, pace{}); return err })
	return err
}

// session is one stretch of load on one program: each run goes on where the one
// before ended.
type session struct {
	config   *Config
	program  *program
	postgres int // process id; 0 if it is not known
	traders  []trader
	left     [][]flow.Command // of each trader
}

// open opens the accounts and fills the book.
func (s *session) open(ctx context.Context) (err error) {
	if s.traders, err = s.program.openTraders(ctx, s.config.Clients); err != nil {
		return fmt.Errorf("opening accounts: %w", err)
	}
	f := flow.Generate(1, flowLength)
	s.left = split(f.Seed, len(s.traders))
	sum, err := drive(ctx, s.program.listen, write(s.left, s.traders, time.Now()), pace{}, recvWindow)
	if err != nil {
		return fmt.Errorf("filling the book: %w", err)
	}
	if sum.orders != len(f.Seed) {
		return fmt.Errorf("filling the book: only %d of %d orders were accepted", sum.orders, len(f.Seed))
	}
	s.left = split(f.Commands, len(s.traders))
	return nil
}

// batch is how many requests of each trader are written out for one run: more than
// anybody can answer in the time.
func (s *session) batch() int {
	return int(s.config.Duration.Seconds()+1) * mostPerSecond / len(s.traders)
}

const mostPerSecond = 25_000

// run sends requests at a pace and tells what came of it, and how much processor
// time it took.
func (s *session) run(ctx context.Context, p pace) (*tally, cpu, error) {
	lists := make([][]flow.Command, len(s.left))
	for i, list := range s.left {
		lists[i] = list[:min(len(list), s.batch())]
	}
	requests := write(lists, s.traders, time.Now())
	runtime.GC() // not while we measure
	before := s.cpuTimes()
	sum, err := drive(ctx, s.program.listen, requests, p, s.config.Duration)
	if err != nil {
		return nil, cpu{}, err
	}
	used := s.cpuTimes().since(before)
	for i, n := range sum.sent {
		s.left[i] = s.left[i][n:]
	}
	return sum, used, nil
}

func (s *session) cpuTimes() cpu { return cpuTimes(s.program.cmd.Process.Pid, s.postgres) }

func (s *session) full(ctx context.Context, r *Report) error {
	sum, used, err := s.run(ctx, pace{})
	if err != nil {
		return err
	}
	d := &r.Durable
	d.Clients, d.Seconds = len(s.traders), sum.took.Seconds()
	d.Orders, d.Cancels, d.Refused = perSecond(sum.orders, sum.took), perSecond(sum.cancels, sum.took), perSecond(sum.refused, sum.took)
	d.P50, d.P99 = milliseconds(sum.quantile(0.50)), milliseconds(sum.quantile(0.99))
	each := func(t time.Duration) float64 { return float64(t.Microseconds()) / float64(len(sum.waits)) }
	d.Exchange, d.Postgres, d.Generator = each(used.exchange), each(used.postgres), each(used.load)
	return nil
}

func (s *session) half(ctx context.Context, r *Report) error {
	d, a := &r.Durable, &r.Answers
	a.Rate = (d.Orders + d.Cancels + d.Refused) / 2
	sum, _, err := s.run(ctx, paceOf(a.Rate, len(s.traders)))
	if err != nil {
		return err
	}
	a.P50, a.P99 = milliseconds(sum.quantile(0.50)), milliseconds(sum.quantile(0.99))
	return nil
}

// postmaster returns the process id of the server whose data is in dir/postgres.
func postmaster(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

// load returns how many processes wanted to run in the last minute, as Linux tells.
func load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return n
}
