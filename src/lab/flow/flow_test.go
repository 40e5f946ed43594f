package flow

import (
	"slices"
	"testing"
)

func TestTheSameSeedGivesTheSameFlow(t *testing.T) {
	t.Parallel()
	a, b := Generate(1, 5000), Generate(1, 5000)
	if !slices.Equal(a.Seed, b.Seed) || !slices.Equal(a.Commands, b.Commands) || a.Expect != b.Expect {
		t.Error("two flows of one seed differ")
	}
	if c := Generate(2, 5000); slices.Equal(a.Commands, c.Commands) {
		t.Error("two seeds give the same flow")
	}
}

func TestTheMixIsAsDescribed(t *testing.T) {
	t.Parallel()
	f := Generate(1, 200_000)
	m := newMarket()
	for _, c := range f.Seed {
		if m.apply(c); m.outcome.Fills > 0 {
			t.Fatalf("the seed matches: %+v", c)
		}
	}
	counts := map[string]int{}
	for _, c := range f.Commands {
		fills := m.outcome.Fills
		m.apply(c)
		switch {
		case c.Kind == Limit && m.outcome.Fills == fills:
			counts["resting"]++
		case c.Kind == Limit:
			counts["crossing"]++
		case c.Kind == Cancel:
			counts["cancel"]++
		default:
			counts["market or IOC"]++
		}
		for side := range m.queues {
			if levels := len(m.queues[side]); levels < Levels*9/10 || levels > Levels*11/10 {
				t.Fatalf("side %d is %d levels deep", side, levels)
			}
		}
		if orders, seeded := m.resting, int64(len(f.Seed)); orders < seeded*9/10 || orders > seeded*11/10 {
			t.Fatalf("%d orders rest, %d were seeded", orders, seeded)
		}
	}
	for what, percent := range map[string]int{"resting": 30, "crossing": 30, "cancel": 30, "market or IOC": 10} {
		if got := 100 * float64(counts[what]) / float64(len(f.Commands)); got < float64(percent)-1 || got > float64(percent)+1 {
			t.Errorf("%s: %.1f %%, want about %d", what, got, percent)
		}
	}
}

func TestBuyersAndSellersAreDifferentAccounts(t *testing.T) {
	t.Parallel()
	f := Generate(3, 20_000)
	for _, c := range slices.Concat(f.Seed, f.Commands) {
		if c.Buy != (c.Account%2 == 1) || c.Account < 1 || c.Account > Accounts {
			t.Fatalf("%+v", c)
		}
	}
}

func TestIDsRise(t *testing.T) {
	t.Parallel()
	f := Generate(3, 20_000)
	last := int64(0)
	for _, c := range slices.Concat(f.Seed, f.Commands) {
		switch {
		case c.Kind == Cancel && c.ID > last:
			t.Fatalf("%+v cancels what was not placed", c)
		case c.Kind != Cancel && c.ID != last+1:
			t.Fatalf("%+v after id %d", c, last)
		case c.Kind != Cancel:
			last = c.ID
		}
	}
}
