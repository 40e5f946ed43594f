package delivery_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/image"
)

// released is a place whose production ran three versions.
func released(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.must(t, inProduction, p.set(inProduction, at("1.1.0", "1")))
	p.must(t, inProduction, p.set(inProduction, at("1.2.0", "2")))
	p.must(t, inProduction, p.set(inProduction, at("1.3.0", "3")))
	return p
}

func TestARollbackGoesToTheVersionBeforeAndFurtherTheNextTime(t *testing.T) {
	p := released(t)
	for _, want := range []image.Reference{at("1.2.0", "2"), at("1.1.0", "1")} {
		p.must(t, inProduction, p.rollback())
		if got := p.runs(t, inProduction); got != want {
			t.Fatalf("it runs %s, want %s", got, want)
		}
	}
	p.unchanged(t, func() {
		_, err := p.push(t, inProduction, p.rollback())
		var refusal *delivery.Refusal
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "ran nothing before 1.1.0") {
			t.Errorf("%v", err)
		}
	})
}

func TestARollbackToANamedVersion(t *testing.T) {
	p := released(t)
	p.must(t, inProduction, delivery.Rollback{Overlay: inProduction, To: "1.1.0", Now: now}.Plan(p.Repository))
	if got := p.runs(t, inProduction); got != at("1.1.0", "1") {
		t.Errorf("it runs %s", got)
	}
	p.unchanged(t, func() {
		if _, err := p.push(t, inProduction, delivery.Rollback{Overlay: inProduction, To: "0.9.0", Now: now}.Plan(p.Repository)); err == nil || !strings.Contains(err.Error(), "did not run 0.9.0") {
			t.Errorf("%v", err)
		}
	})
}

func TestNothingUndoesARollbackUntilItIsReleased(t *testing.T) {
	p := released(t)
	p.must(t, inStaging, p.set(inStaging, at("1.4.0", "4")))
	p.must(t, inProduction, delivery.Rollback{Overlay: inProduction, Reason: "orders were slow", Now: now}.Plan(p.Repository))
	bump := p.set(inProduction, at("1.4.0", "4"))
	promote := delivery.Promote{App: "exchange", From: "staging", To: "production", AllowDowngrade: true}.Plan(p.Repository)
	p.unchanged(t, func() {
		for _, plan := range []struct {
			title string
			err   error
		}{
			{"set-image", second(p.push(t, inProduction, bump))},
			{"promote", second(p.push(t, inProduction, promote))},
		} {
			var refusal *delivery.Refusal
			if !errors.As(plan.err, &refusal) || !strings.Contains(plan.err.Error(), "orders were slow") || !strings.Contains(plan.err.Error(), "--overlay production --release") {
				t.Errorf("%s: %v", plan.title, plan.err)
			}
		}
	})
	p.must(t, inProduction, delivery.Release{Overlay: inProduction}.Plan(p.Repository))
	if got := p.runs(t, inProduction); got != at("1.2.0", "2") {
		t.Errorf("the release changed what runs to %s", got)
	}
	p.must(t, inProduction, bump)
	if got := p.runs(t, inProduction); got != at("1.4.0", "4") {
		t.Errorf("it runs %s", got)
	}
}

func second[T any](_ T, err error) error { return err }

func TestAReleaseOfWhatIsNotHeldChangesNothing(t *testing.T) {
	p := released(t)
	p.unchanged(t, func() {
		if result, err := p.push(t, inProduction, delivery.Release{Overlay: inProduction}.Plan(p.Repository)); err != nil || result.Commit != "" {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

func TestAHoldThatCannotBeReadHolds(t *testing.T) {
	p := released(t)
	write(t, p.Dir, heldFile, "image: [")
	git(t, p.Dir, "pull", "--quiet", "origin", "main")
	git(t, p.Dir, "add", "--all")
	git(t, p.Dir, "commit", "--quiet", "--message", "By hand")
	git(t, p.Dir, "push", "--quiet", "origin", "HEAD:main")
	p.unchanged(t, func() {
		if _, err := p.push(t, inProduction, p.set(inProduction, at("1.4.0", "4"))); err == nil || !strings.Contains(err.Error(), heldFile+": not a hold") {
			t.Errorf("%v", err)
		}
	})
}
