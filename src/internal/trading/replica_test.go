package trading_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/postgres"
	"github.com/bitpin/exchange/src/internal/trading"
	"github.com/bitpin/exchange/src/lab/link"
	"github.com/bitpin/exchange/src/lab/pgtest"
)

// patience is how long a test waits for what must happen. A lease lasts longer, so
// that no test of something else waits for its end.
const (
	patience = 30 * time.Second
	lease    = time.Minute
)

// venue is a database with the markets and accounts of these tests. Replicas share
// it.
type venue struct {
	t   *testing.T
	url string
	db  *postgres.DB // not through a replica's link
}

// newVenue gives alice, bob and carol what newDesk gives them, once a replica runs.
func newVenue(t *testing.T) *venue {
	t.Helper()
	v := &venue{t: t, url: pgtest.New(t)}
	v.db = v.open(v.url)
	_, err := v.db.Migrate(t.Context())
	v.must(err)
	for _, a := range assets {
		v.must(v.db.AddAssets(t.Context(), []string{a.Code})) // ids in this order
	}
	for _, m := range markets {
		v.must(v.db.AddMarket(t.Context(), m))
	}
	for _, name := range []string{"operator", "alice", "bob", "carol"} {
		_, err := v.db.CreateAccount(t.Context(), name, "", nil)
		v.must(err)
	}
	return v
}

func (v *venue) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *venue) open(url string) *postgres.DB {
	v.t.Helper()
	sealer, err := credential.NewSealer(credential.Derive([]byte("tests"), "postgres"))
	v.must(err)
	db, err := postgres.Open(v.t.Context(), url, 8, sealer, time.Now)
	v.must(err)
	v.t.Cleanup(db.Close)
	return db
}

// verify asserts that the database adds up and that its log replays to what it holds.
func (v *venue) verify() {
	v.t.Helper()
	differences, err := trading.Verify(v.t.Context(), v.db, markets)
	v.must(err)
	for _, d := range differences {
		v.t.Error(d)
	}
}

// replica is a running Service with a link of its own to the database.
type replica struct {
	*trading.Service
	t        *testing.T
	db       *postgres.DB
	link     *link.Link
	peers    *httptest.Server
	taking   atomic.Pointer[http.HandlerFunc] // at the peers' port
	observer *observer
	audience *audience
	log      *logBuffer
	kill     func() // ends it at once, without giving the lease back
}

// start runs a replica until the test ends.
func (v *venue) start(name string, adjust ...func(*trading.Options)) *replica {
	v.t.Helper()
	r := &replica{t: v.t, observer: newObserver(), audience: &audience{}, log: &logBuffer{}}
	var url string
	r.link, url = link.ToURL(v.t, v.url)
	r.db = v.open(url)
	r.peers = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { (*r.taking.Load())(w, req) }))
	options := trading.Options{
		Journal: r.db, Feed: r.db, Markets: markets, Observer: r.observer, Now: time.Now,
		Log:    slog.New(slog.NewTextHandler(r.log, nil)),
		Holder: name, Address: r.peers.Listener.Addr().String(), PeerKey: []byte("replicas of this test"),
		Publish: r.audience.publish, Reset: r.audience.reset, ApplyView: r.audience.apply,
		LeaseDuration: lease, BatchMaxCommands: 100, QueueLimit: 1000, CommandTimeout: patience,
		BatchRetention: time.Hour, MakerFee: 1000, TakerFee: 2000, MaxOpenOrders: 1000,
	}
	for _, a := range adjust {
		a(&options)
	}
	r.Service = trading.New(options)
	r.take(r.PeerHandler().ServeHTTP)
	r.peers.Start()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx)
	}()
	r.kill = func() {
		r.link.Cut()
		r.peers.CloseClientConnections()
		r.peers.Listener.Close()
		cancel()
		<-ended
	}
	v.t.Cleanup(func() {
		r.kill()
		r.peers.Close()
		if v.t.Failed() {
			v.t.Logf("%s's log:\n%s", name, r.log)
		}
	})
	return r
}

// take replaces what answers at the peers' port.
func (r *replica) take(h http.HandlerFunc) { r.taking.Store(&h) }

// lead waits until the replica leads, and funds the accounts.
func (r *replica) lead() *replica {
	r.t.Helper()
	eventually(r.t, "the replica leads", r.Leading)
	for _, account := range []exchange.AccountID{alice, bob, carol} {
		r.mustSubmit(deposit(account, btc, "10"))
		r.mustSubmit(deposit(account, eth, "10"))
		r.mustSubmit(deposit(account, usdt, "10000"))
	}
	return r
}

func (r *replica) submit(c exchange.Command) (exchange.Outcome, error) {
	return r.Submit(context.Background(), c)
}

func (r *replica) mustSubmit(c exchange.Command) exchange.Outcome {
	r.t.Helper()
	outcome, err := r.submit(c)
	if err != nil {
		r.t.Fatalf("%s of account %d: %v", c.Kind, c.Account, err)
	}
	return outcome
}

// answer is what became of a command.
type answer struct {
	outcome exchange.Outcome
	err     error
}

// ask submits a command and does not wait.
func (r *replica) ask(ctx context.Context, c exchange.Command) <-chan answer {
	answers := make(chan answer, 1)
	go func() {
		outcome, err := r.Submit(ctx, c)
		answers <- answer{outcome, err}
	}()
	return answers
}

// batchMark is in each commit of commands, and in nothing else that a replica sends
// to the database.
var batchMark = []byte(`"first":`)

// stopCommit holds the replica's next commit of commands on its way to the
// database, and all else with it, until release. reached is closed when it is there.
func (r *replica) stopCommit() (reached <-chan struct{}, release func()) {
	there, proceed := make(chan struct{}), make(chan struct{})
	r.link.SetWatch(func(fromClient bool, data []byte) bool {
		if fromClient && bytes.Contains(data, batchMark) {
			select {
			case <-there:
			default:
				close(there)
				<-proceed
			}
		}
		return true
	})
	release = sync.OnceFunc(func() { close(proceed) })
	r.t.Cleanup(release)
	return there, release
}

func receive(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatal("it did not happen")
	}
}

func await(t *testing.T, answers <-chan answer) answer {
	t.Helper()
	select {
	case a := <-answers:
		return a
	case <-time.After(patience):
		t.Fatal("no answer")
		return answer{}
	}
}

// wantCode fails the test unless err has a code; "" is for no error.
func wantCode(t *testing.T, err error, want exchange.Code) {
	t.Helper()
	if got := exchange.CodeOf(err); got != want {
		t.Errorf("error %v (%q), want %q", err, got, want)
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %s, not yet: %s", patience, what)
		}
	}
}

// balance reads a balance from the database.
func (v *venue) balance(account exchange.AccountID, asset exchange.Asset) exchange.Amount {
	v.t.Helper()
	balances, err := v.db.Balances(v.t.Context(), account)
	v.must(err)
	for _, b := range balances {
		if b.Asset == asset.ID {
			return b.Available + b.Locked
		}
	}
	return 0
}

// execute runs a statement as an administrator would.
func (v *venue) execute(sql string, args ...any) {
	v.t.Helper()
	conn, err := pgx.Connect(v.t.Context(), v.url)
	v.must(err)
	defer conn.Close(v.t.Context())
	_, err = conn.Exec(v.t.Context(), sql, args...)
	v.must(err)
}
