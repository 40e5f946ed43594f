package trading_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/trading"
)

// commitMark is in the database's answer to a commit.
var commitMark = []byte("COMMIT\x00")

func TestCommitThatIsCutOffIsLookedUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fromClient bool // the connection is cut on the way there; else on the way back
		mark       []byte
		want       exchange.Code
		balance    string
	}{
		"and was not made": {true, batchMark, exchange.CodeUnavailable, "10"},
		"and was made":     {false, commitMark, "", "11"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVenue(t)
			r := v.start("first").lead()
			cut := false
			r.link.SetWatch(func(fromClient bool, data []byte) bool {
				if cut || fromClient != c.fromClient || !bytes.Contains(data, c.mark) {
					return true
				}
				cut = true
				return false
			})
			outcome, err := r.submit(deposit(alice, btc, "1"))
			wantCode(t, err, c.want)
			if got := v.balance(alice, btc); got != amount(c.balance) {
				t.Errorf("answered %q and %+v; alice has %s BTC", err, outcome, got)
			}
			next := r.mustSubmit(deposit(bob, btc, "1")) // it leads again, with what is durable
			if snapshot, err := v.db.Snapshot(t.Context()); err != nil || snapshot.Seq != next.Seq {
				t.Errorf("command %d was acknowledged, the database has %d (%v)", next.Seq, snapshot.Seq, err)
			}
			eventually(t, "the view has all", func() bool {
				viewed, _, problem := r.audience.state()
				return problem == nil && viewed == next.Seq
			})
			v.verify()
		})
	}
}

func TestCommitThatCannotBeLookedUpIsUnknown(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first", func(o *trading.Options) { o.CommandTimeout = 300 * time.Millisecond }).lead()
	lost := false // from the commit's answer on, nothing arrives any more
	r.link.SetWatch(func(fromClient bool, data []byte) bool {
		lost = lost || (!fromClient && bytes.Contains(data, commitMark))
		return !lost
	})
	_, err := r.submit(deposit(alice, btc, "1"))
	wantCode(t, err, exchange.CodeUnknownOutcome)
	r.link.SetWatch(nil)
	eventually(t, "the writer leads again", func() bool {
		_, err := r.submit(deposit(bob, btc, "1"))
		return err == nil
	})
	if got := v.balance(alice, btc); got != amount("11") {
		t.Errorf("alice has %s BTC", got)
	}
	v.verify()
}

// The statements of a commit may wait in the server's buffers after the connection
// has gone. A client that was told that they were not executed sends its order again,
// so they must not be executed then.
func TestAnswerAfterACutMatchesTheDatabase(t *testing.T) {
	t.Parallel()
	v := newVenue(t)
	r := v.start("first").lead()
	made := amount("10")
	for range 30 {
		cut := false
		r.link.SetWatch(func(fromClient bool, data []byte) bool {
			if fromClient && !cut && bytes.Contains(data, batchMark) {
				cut = true
				go func() { // while the server reads
					r.link.Cut()
					r.link.Mend()
				}()
			}
			return true
		})
		_, err := r.submit(deposit(alice, btc, "1"))
		switch exchange.CodeOf(err) {
		case "":
			made += amount("1")
		case exchange.CodeUnavailable:
		default:
			t.Fatal(err)
		}
	}
	r.link.SetWatch(nil)
	r.mustSubmit(deposit(bob, btc, "1"))
	if got := v.balance(alice, btc); got != made {
		t.Errorf("alice has %s BTC, acknowledged were %s", got, made)
	}
	v.verify()
}
