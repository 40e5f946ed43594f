package bench

import (
	"io"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/postgres"
)

func TestImpossibleMeasurementsAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Config{
		"no clients":          {Duration: time.Second},
		"an odd number":       {Clients: 3, Duration: time.Second},
		"no time":             {Clients: 2},
		"more than is signed": {Clients: 2, Duration: time.Minute},
	} {
		c.Dir, c.Out = t.TempDir(), io.Discard
		if _, err := Run(t.Context(), c); err == nil {
			t.Errorf("%s: it was measured", name)
		}
	}
}

// The figures of so short a run mean nothing; that there are some means that the
// exchange takes the load.
func TestTheExchangeTakesTheLoad(t *testing.T) {
	t.Parallel()
	server, err := postgres.Start(t.Context(), postgres.Options{NoFsync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	c := &Config{Root: "../../..", Dir: t.TempDir(), Clients: 16, Duration: time.Second, Out: t.Output()}
	r := &Report{}
	if err := c.measureExchange(t.Context(), server, r); err != nil {
		t.Fatal(err)
	}
	d, a := &r.Durable, &r.Answers
	if d.Clients != 16 || d.Seconds < 1 || d.Orders <= 0 || d.Cancels <= 0 || d.P50 <= 0 || d.P99 < d.P50 {
		t.Errorf("at full load: %+v", d)
	}
	if a.Rate <= 0 || a.P50 <= 0 || a.P99 < a.P50 {
		t.Errorf("at half load: %+v", a)
	}
	sum := 0.0
	for _, s := range r.Profile {
		sum += s.Share
	}
	if sum < 0.999 || sum > 1.001 {
		t.Errorf("the profile's shares add up to %v: %+v", sum, r.Profile)
	}
}
