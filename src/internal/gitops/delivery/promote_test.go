package delivery_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

var toProduction = delivery.Promote{App: "exchange", From: "staging", To: "production"}

// commit makes a commit that changes a file of the program, and returns its tag.
func (p *place) commit(t *testing.T, subject string) string {
	t.Helper()
	git(t, p.Dir, "pull", "--quiet", "--rebase", "origin", "main")
	write(t, p.Dir, "src/main.go", "// "+subject)
	git(t, p.Dir, "add", "--all")
	git(t, p.Dir, "commit", "--quiet", "--message", subject)
	git(t, p.Dir, "push", "--quiet", "origin", "HEAD:main")
	hash := git(t, p.Dir, "rev-parse", "HEAD")
	return fmt.Sprintf("0.0.0-%s-%s", git(t, p.Dir, "log", "-1", "--format=%cd", "--date=format:%Y%m%d%H%M%S"), hash[:12])
}

func TestAPromotionIsABranchWithWhatStagingRuns(t *testing.T) {
	p := newPlace(t)
	p.must(t, inStaging, p.set(inStaging, at("1.4.2", "a")))
	head := git(t, p.remote, "rev-parse", "main")
	step, err := toProduction.Step(t.Context(), p.Repository, head)
	if err != nil {
		t.Fatal(err)
	}
	gate := delivery.Gate{Repository: p.Repository, Overlay: inProduction, Check: valid}
	result, err := p.Push(t.Context(), writeback.Options{Remote: "origin", Branch: "main", Target: step.Branch(), Verify: gate.Commit}, toProduction.Plan(p.Repository))
	if err != nil || step.Branch() != "promote/exchange-production-1.4.2" {
		t.Fatalf("%s: %v", step.Branch(), err)
	}
	if git(t, p.remote, "rev-parse", "main") != head {
		t.Error("main was changed")
	}
	got := git(t, p.remote, "show", "--format=%s", result.Commit)
	if !strings.HasPrefix(got, "Promote exchange 1.4.2 from staging to production\n") || strings.Count(got, "diff --git") != 1 || !strings.Contains(got, "+    digest: "+at("", "a").Digest) {
		t.Errorf("the commit is\n%s", got)
	}
}

func TestWhatCannotBePromotedIsRefused(t *testing.T) {
	p := newPlace(t)
	for title, test := range map[string]struct {
		change delivery.Promote
		want   string
	}{
		"nothing yet":  {toProduction, "nothing was released to exchange in staging yet"},
		"to itself":    {delivery.Promote{App: "exchange", From: "staging", To: "staging"}, "to itself"},
		"from nowhere": {delivery.Promote{App: "exchange", From: "canary", To: "staging"}, `no overlay "canary"`},
	} {
		if _, err := p.push(t, inProduction, test.change.Plan(p.Repository)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", title, err, test.want)
		}
	}
}

func TestTheBodyListsTheCommitsBetweenBothVersions(t *testing.T) {
	p := newPlace(t)
	old := p.commit(t, "What runs already")
	p.must(t, inProduction, p.set(inProduction, at(old, "a")))
	p.commit(t, "Fix *orders* of @somebody")
	next := p.commit(t, "Add a market")
	p.must(t, inStaging, delivery.SetImage{Overlay: inStaging, Image: at(next, "b")}.Plan(p.Repository))

	step, err := toProduction.Step(t.Context(), p.Repository, git(t, p.remote, "rev-parse", "main"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := delivery.Body(t.Context(), p.Repository, step, "THE DIFFERENCE\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"run exchange " + next, "| now | " + old, "`" + at("", "b").Digest + "`", " Add a market\n", " Fix \\*orders\\* of @\u200bsomebody\n", "THE DIFFERENCE\n", "gitops rollback --app exchange --overlay production --push"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	for _, other := range []string{"What runs already", "Set exchange in", "Begin"} {
		if strings.Contains(body, other) {
			t.Errorf("%q in\n%s", other, body)
		}
	}
}

func TestTheBodyFitsIntoAPullRequest(t *testing.T) {
	p := newPlace(t)
	p.must(t, inStaging, p.set(inStaging, at("1.4.2", "a")))
	step, err := toProduction.Step(t.Context(), p.Repository, git(t, p.remote, "rev-parse", "main"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := delivery.Body(t.Context(), p.Repository, step, strings.Repeat("+ line\n", 20_000))
	if err != nil || len(body) > 65_536 || !strings.Contains(body, "`gitops diff --base main` prints it") || !strings.Contains(body, "the tag 1.4.2 names no commit") {
		t.Errorf("%d bytes, %v:\n%.2000s", len(body), err, body)
	}
}
