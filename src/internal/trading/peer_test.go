package trading_test

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

// forwarded is a command as one replica sent it to another.
type forwarded struct {
	header http.Header
	body   []byte
}

// record notes the next command that is forwarded to the replica, and takes it.
func (r *replica) record() *forwarded {
	var f forwarded
	var once sync.Once
	r.take(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			r.t.Error(err)
		}
		once.Do(func() { f = forwarded{req.Header.Clone(), body} })
		req.Body = io.NopCloser(bytes.NewReader(body))
		r.PeerHandler().ServeHTTP(w, req)
	})
	return &f
}

// post sends a command to the replica's port for peers and returns the status.
func (r *replica) post(f forwarded) int {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.peers.URL+trading.PeerPath, bytes.NewReader(f.body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header = f.header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestOnlyReplicasMayForwardAndOnlyOnce(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	seen := first.record()
	second.mustSubmit(deposit(alice, btc, "1"))
	const timeHeader, nonceHeader, signatureHeader = "X-Peer-Time", "X-Peer-Nonce", "X-Peer-Signature"
	later := strconv.FormatInt(time.Now().Add(time.Second).UnixMilli(), 10)
	for name, change := range map[string]func(*forwarded){
		"the same once more":  func(*forwarded) {},
		"another body":        func(f *forwarded) { f.body = bytes.Replace(f.body, []byte("1.0"), []byte("2.0"), 1) },
		"another time":        func(f *forwarded) { f.header.Set(timeHeader, later) },
		"another nonce":       func(f *forwarded) { f.header.Set(nonceHeader, "x") },
		"no time":             func(f *forwarded) { f.header.Del(timeHeader) },
		"a long time ago":     func(f *forwarded) { f.header.Set(timeHeader, "1") },
		"no signature":        func(f *forwarded) { f.header.Del(signatureHeader) },
		"not a signature":     func(f *forwarded) { f.header.Set(signatureHeader, "xyz") },
		"another's signature": func(f *forwarded) { f.header.Set(signatureHeader, strings.Repeat("0", 64)) },
	} {
		f := forwarded{seen.header.Clone(), bytes.Clone(seen.body)}
		change(&f)
		if status := first.post(f); status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, status)
		}
	}
	if status := first.post(forwarded{seen.header, make([]byte, 65<<10)}); status != http.StatusBadRequest {
		t.Errorf("too long: status %d", status)
	}
	first.mustSubmit(deposit(bob, btc, "1")) // what was queued before is done by now
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestReplicaWithAnotherKeyIsNotHeard(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	v.start("first").lead()
	stranger := v.start("stranger", func(o *trading.Options) {
		o.PeerKey, o.CommandTimeout = []byte("another"), 300*time.Millisecond
	})
	_, err := stranger.submit(deposit(alice, btc, "1"))
	wantCode(t, err, exchange.CodeUnavailable)
	if got := v.balance(alice, btc); got != amount("10") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestLostAnswerOfTheLeaderIsUnknown(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	first.take(func(_ http.ResponseWriter, req *http.Request) {
		first.PeerHandler().ServeHTTP(discarded{http.Header{}}, req)
		panic(http.ErrAbortHandler)
	})
	_, err := second.submit(deposit(alice, btc, "1"))
	wantCode(t, err, exchange.CodeUnknownOutcome)
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
}

// discarded is an answer that nobody reads.
type discarded struct{ header http.Header }

func (d discarded) Header() http.Header         { return d.header }
func (d discarded) Write(p []byte) (int, error) { return len(p), nil }
func (d discarded) WriteHeader(int)             {}

func TestCommandForALeaderOutOfReachWaitsForTheNext(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	first.peers.Listener.Close()
	second := v.start("second")
	asked := second.ask(t.Context(), deposit(alice, btc, "1"))
	select {
	case a := <-asked:
		t.Fatalf("answered without the leader: %v", a.err)
	case <-time.After(50 * time.Millisecond):
	}
	v.must(first.Resign(t.Context()))
	wantCode(t, await(t, asked).err, "")
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
}

func TestLeaderThatIsStillStartingIsAskedAgain(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	first := v.start("first").lead()
	second := v.start("second")
	refused := make(chan struct{})
	first.take(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "still starting", http.StatusServiceUnavailable)
		first.take(first.PeerHandler().ServeHTTP)
		close(refused)
	})
	second.mustSubmit(deposit(alice, btc, "1"))
	receive(t, refused)
}
