package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/delivery"
	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

func TestAnImageIsSetByOneCommit(t *testing.T) {
	p := newPlace(t)
	p.must(t, inStaging, p.set(inStaging, at("1.4.2", "a")))
	p.must(t, inStaging, delivery.SetImage{Overlay: inStaging, Image: at("1.5.0", "b"), Link: "https://git.example.com/pull/7"}.Plan(p.Repository))
	if got := p.runs(t, inStaging); got != at("1.5.0", "b") {
		t.Errorf("it runs %s", got)
	}
	want := "Set exchange in staging to 1.5.0\n\n" + at("1.5.0", "b").String() + "\ninstead of " + at("1.4.2", "a").String() + "\n\nChange: https://git.example.com/pull/7"
	if diff := cmp.Diff(want, git(t, p.remote, "log", "-1", "--format=%B", "main")); diff != "" {
		t.Error(diff)
	}
	if got := git(t, p.remote, "diff", "--stat", "main^", "main"); !strings.HasPrefix(got, staging+" | 4") && !strings.Contains(got, "1 file changed, 2 insertions(+), 2 deletions(-)") {
		t.Errorf("the commit changes:\n%s", got)
	}
}

func TestTheSameImageAgainIsNoCommit(t *testing.T) {
	p := newPlace(t)
	p.must(t, inStaging, p.set(inStaging, at("1.4.2", "a")))
	p.unchanged(t, func() {
		if result, err := p.push(t, inStaging, p.set(inStaging, at("1.4.2", "a"))); err != nil || result.Commit != "" {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

func TestWhatMustNotBeDeliveredIsRefused(t *testing.T) {
	p := newPlace(t)
	p.must(t, inStaging, p.set(inStaging, at("1.4.2", "a")))
	p.must(t, inStaging, p.set(inStaging, at("1.5.0", "b")))
	p.must(t, inProduction, p.set(inProduction, at("1.4.9", "c")))
	for title, test := range map[string]struct {
		change  delivery.SetImage
		refusal bool
		want    string
	}{
		"a downgrade":                       {delivery.SetImage{Overlay: inStaging, Image: at("1.4.3", "d")}, true, "exchange in staging runs 1.5.0, which is newer than 1.4.3. To go back: gitops rollback"},
		"a tag that nothing orders":         {delivery.SetImage{Overlay: inStaging, Image: at("blue", "d")}, true, "not comparable"},
		"a tag that another overlay runs":   {delivery.SetImage{Overlay: inProduction, Image: at("1.5.0", "d")}, true, "the tag 1.5.0 is sha256:bbbb"},
		"a tag that was another digest":     {delivery.SetImage{Overlay: inStaging, Image: at("1.4.2", "d"), AllowDowngrade: true}, true, "staging ran it since commit"},
		"another app's image":               {delivery.SetImage{Overlay: inStaging, Image: image.Reference{Name: "docker.io/bitpin/other", Tag: "2.0.0", Digest: at("", "d").Digest}}, false, "is not the image of exchange"},
		"no digest":                         {delivery.SetImage{Overlay: inStaging, Image: image.Reference{Name: name, Tag: "2.0.0"}}, false, "has no digest"},
		"an overlay that is not there":      {delivery.SetImage{Overlay: image.Overlay{App: "exchange", Name: "canary"}, Image: at("2.0.0", "d")}, false, `exchange has no overlay "canary"; there are production, staging`},
		"an app that is not there":          {delivery.SetImage{Overlay: image.Overlay{App: "wallet", Name: "staging"}, Image: at("2.0.0", "d")}, false, `there is no app "wallet"`},
		"an overlay outside the repository": {delivery.SetImage{Overlay: image.Overlay{App: "exchange", Name: "../../x"}, Image: at("2.0.0", "d")}, false, "a name has lower-case letters"},
		"a link that is none":               {delivery.SetImage{Overlay: inStaging, Image: at("2.0.0", "d"), Link: "https://x\nSigned-off-by: y"}, false, "must be a URL"},
	} {
		p.unchanged(t, func() {
			_, err := p.push(t, test.change.Overlay, test.change.Plan(p.Repository))
			var refusal *delivery.Refusal
			if err == nil || !strings.Contains(err.Error(), test.want) || errors.As(err, &refusal) != test.refusal {
				t.Errorf("%s: %v, want %q", title, err, test.want)
			}
		})
	}
}

func TestADowngradeMayBeAllowed(t *testing.T) {
	p := newPlace(t)
	p.must(t, inStaging, p.set(inStaging, at("1.5.0", "b")))
	p.must(t, inStaging, delivery.SetImage{Overlay: inStaging, Image: at("1.4.3", "d"), AllowDowngrade: true}.Plan(p.Repository))
	if got := p.runs(t, inStaging).Tag; got != "1.4.3" {
		t.Errorf("it runs %s", got)
	}
}

func TestVersionsOfCommitsAreOrderedByGit(t *testing.T) {
	p := newPlace(t)
	older := git(t, p.Dir, "rev-parse", "HEAD")
	git(t, p.Dir, "commit", "--quiet", "--allow-empty", "--message", "Two")
	git(t, p.Dir, "push", "--quiet", "origin", "main")
	newer := git(t, p.Dir, "rev-parse", "HEAD")
	p.must(t, inStaging, p.set(inStaging, at("main-"+newer[:12], "a")))
	p.unchanged(t, func() {
		if _, err := p.push(t, inStaging, p.set(inStaging, at("main-"+older[:12], "b"))); err == nil || !strings.Contains(err.Error(), "which is newer than main-"+older[:12]) {
			t.Errorf("%v", err)
		}
	})
}

func TestPoliciesAreAskedBeforeTheCommitIsPushed(t *testing.T) {
	p := newPlace(t)
	p.check = func(_ context.Context, before, after *tree.Tree) ([]report.Finding, error) {
		old, err := before.Read(staging)
		if err != nil || !strings.Contains(string(old), "0.0.0") {
			t.Errorf("before: %v:\n%s", err, old)
		}
		text, err := after.Read(staging)
		if err == nil && strings.Contains(string(text), "newTag: 1.6.6") {
			return []report.Finding{{Rule: "pods.no_such_version", Message: "1.6.6 is withdrawn"}}, nil
		}
		return nil, err
	}
	p.unchanged(t, func() {
		_, err := p.push(t, inStaging, p.set(inStaging, at("1.6.6", "6")))
		var policy *delivery.PolicyError
		if !errors.As(err, &policy) || len(policy.Findings) != 1 || policy.Findings[0].Rule != "pods.no_such_version" {
			t.Errorf("%v", err)
		}
	})
	p.must(t, inStaging, p.set(inStaging, at("1.6.7", "7")))
}

func TestTheWorkTreeIsAsBeforeWhenPoliciesRefuse(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(p.Dir, filepath.FromSlash(staging))
	refuse := func(context.Context, *tree.Tree, *tree.Tree) ([]report.Finding, error) {
		return []report.Finding{{Rule: "x", Message: "no"}}, nil
	}
	p.unchanged(t, func() {
		gate := delivery.Gate{Repository: p.Repository, Overlay: inStaging, Check: refuse}
		_, err := p.Edit(t.Context(), p.set(inStaging, at("1.4.2", "a")), gate.WorkTree)
		var policy *delivery.PolicyError
		if !errors.As(err, &policy) {
			t.Errorf("%v", err)
		}
	})
	gate := delivery.Gate{Repository: p.Repository, Overlay: inStaging, Check: valid}
	if _, err := p.Edit(t.Context(), p.set(inStaging, at("1.4.2", "a")), gate.WorkTree); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "newTag: 1.4.2\n") {
		t.Errorf("%v:\n%s", err, text)
	}
}

func TestACommitOfAnythingElseIsNotPushed(t *testing.T) {
	p := newPlace(t)
	for title, edit := range map[string]writeback.Edit{
		"another file":  {Path: "apps/exchange/base/deployment.yaml", Content: []byte("x")},
		"the resources": {Path: staging, Content: []byte(strings.Replace(fixture()[staging], "- ../../base", "- ../production", 1))},
		"a hold":        {Path: "apps/exchange/overlays/staging/hold.yaml", Content: []byte("anything")},
	} {
		p.unchanged(t, func() {
			_, err := p.push(t, inStaging, func(context.Context, string, writeback.Files) (*writeback.Change, error) {
				return &writeback.Change{Message: title, Edits: []writeback.Edit{edit}}, nil
			})
			if err == nil {
				t.Errorf("%s was pushed", title)
			}
		})
	}
}

// A release to staging and a promotion meet, again and again: both land each time.
func TestTwoDeliveriesAtOnceBothLand(t *testing.T) {
	p := newPlace(t)
	for i := range 3 {
		var group sync.WaitGroup
		for _, o := range []image.Overlay{inStaging, inProduction} {
			group.Go(func() {
				if _, err := p.push(t, o, p.set(o, at(fmt.Sprintf("1.%d.0", i), fmt.Sprint(i)))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	if s, q := p.runs(t, inStaging).Tag, p.runs(t, inProduction).Tag; s != "1.2.0" || q != "1.2.0" {
		t.Errorf("they run %s and %s", s, q)
	}
	if count := git(t, p.remote, "rev-list", "--count", "main"); count != "7" {
		t.Errorf("%s commits", count)
	}
}
