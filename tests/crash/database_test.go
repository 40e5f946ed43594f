package crash_test

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/link"
)

func TestKilledDatabaseLosesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.start()
	s.start()
	l := s.startLoad(t)
	for range 2 {
		l.AwaitAcks(200)
		if err := s.server.Kill(); err != nil {
			t.Fatal(err)
		}
		for _, r := range s.replicas {
			eventually(t, "the replica says that it is not ready", func() bool { return !r.Ready() })
		}
		l.Mark()
		began := time.Now()
		if err := s.server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		started := time.Since(began)
		took := l.AwaitAck()
		for _, r := range s.replicas {
			r.AwaitReady()
		}
		t.Logf("orders were acknowledged %s after the database had started again", (took - started).Round(time.Millisecond))
	}
	l.AwaitAcks(200)
	l.Compare()
}

// The marks are in the bytes of a commit of commands on the way to the database, and
// of its confirmation on the way back.
var (
	commitMark       = []byte(`"first":`)
	confirmationMark = []byte("COMMIT\x00")
)

// moment is when a connection is cut.
type moment int32

const (
	never moment = iota
	before
	during
	after
)

var moments = map[moment]string{before: "before the commit arrives", during: "while it arrives", after: "when it is confirmed"}

// cutter cuts the connection of whichever replica is the next to commit.
type cutter struct{ moment atomic.Int32 }

// watch returns what looks at the bytes of one replica's link.
func (c *cutter) watch(l *link.Link) link.Watch {
	return func(fromClient bool, data []byte) bool {
		m := moment(c.moment.Load())
		mark := commitMark
		if m == after {
			mark = confirmationMark
		}
		if m == never || fromClient != (m != after) || !bytes.Contains(data, mark) || !c.moment.CompareAndSwap(int32(m), int32(never)) {
			return true
		}
		if m == during {
			go func() {
				l.Cut()
				l.Mend()
			}()
		}
		return m == during
	}
}

func TestConnectionCutAtCommitLosesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := &cutter{}
	for range 2 {
		through := link.Start(t, s.server.DSN("").Address.String())
		through.SetWatch(c.watch(through))
		host, port, err := net.SplitHostPort(through.Address())
		if err != nil {
			t.Fatal(err)
		}
		s.start("DATABASE_HOST="+host, "DATABASE_PORT="+port)
	}
	l := s.startLoad(t)
	for range 5 {
		for _, m := range []moment{before, during, after} {
			l.AwaitAcks(50)
			c.moment.Store(int32(m))
			eventually(t, "the connection is cut "+moments[m], func() bool { return moment(c.moment.Load()) == never })
		}
	}
	l.AwaitAcks(50)
	l.Compare()
}
