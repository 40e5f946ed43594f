package crash_test

import (
	"slices"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/traders"
)

// maxHandover is far less than a lease: the next replica does not wait for its end.
const maxHandover = time.Second

func TestTerminatedLeaderHandsOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.start()
	s.start()
	l := s.startLoad(t)
	l.Balance(func(i int) bool { return s.replicas[i].Ready() })
	var handovers []time.Duration
	for range 5 {
		l.AwaitAcks(100)
		leader := s.leader(t)
		l.Mark()
		ended := make(chan error, 1)
		go func() { ended <- leader.Terminate() }()
		handovers = append(handovers, l.AwaitAck())
		if err := <-ended; err != nil {
			t.Errorf("the leader ended with %v", err)
		}
		leader.Launch()
		leader.AwaitReady()
	}
	l.AwaitAcks(100)
	l.Compare()
	for _, err := range l.Failures(traders.Unknown) {
		t.Errorf("the outcome of a request is unknown: %v", err)
	}
	slices.Sort(handovers)
	if longest := handovers[len(handovers)-1]; longest > maxHandover {
		t.Errorf("it took %s until orders were acknowledged again", longest)
	}
	t.Logf("%d hand-overs: p50 %s, max %s", len(handovers), handovers[len(handovers)/2].Round(time.Millisecond), handovers[len(handovers)-1].Round(time.Millisecond))
}
