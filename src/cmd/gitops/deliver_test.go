package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// site is a clone of a repository with this repository's manifests, and its remote.
type site struct{ dir, remote string }

// gitIn is git, trimmed.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return strings.TrimSpace(git(t, dir, args...))
}

func newSite(t *testing.T) site {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Delivery")
		t.Setenv("GIT_"+who+"_EMAIL", "delivery@example.com")
	}
	s := site{t.TempDir(), filepath.Join(t.TempDir(), "exchange.git")}
	gitIn(t, s.dir, "init", "--quiet", "--bare", "--initial-branch=main", s.remote)
	gitIn(t, s.dir, "init", "--quiet", "--initial-branch=main")
	for _, part := range []string{"apps", "clusters", "platform", "policy"} {
		if err := os.CopyFS(filepath.Join(s.dir, part), os.DirFS(filepath.Join(repositoryRoot, part))); err != nil {
			t.Fatal(err)
		}
	}
	gitIn(t, s.dir, "add", "--all")
	gitIn(t, s.dir, "commit", "--quiet", "--message", "Begin")
	gitIn(t, s.dir, "remote", "add", "origin", s.remote)
	gitIn(t, s.dir, "push", "--quiet", "origin", "main")
	return s
}

// run runs a command in the clone.
func (s site) run(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	return run(t, append(args, "--root", s.dir)...)
}

// release is an image of the exchange whose digest repeats a digit.
func release(t *testing.T, tag, digit string) string {
	t.Helper()
	text, err := os.ReadFile(repositoryRoot + "/clusters/repository.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^image: (.*)$`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no image in\n%s", text)
	}
	return string(m[1]) + ":" + tag + "@sha256:" + strings.Repeat(digit, 64)
}

// The way of a version: to staging, to production, and back.
func TestAVersionIsDeliveredPromotedAndRolledBack(t *testing.T) {
	s := newSite(t)
	head := gitIn(t, s.dir, "rev-parse", "HEAD")
	must := func(want string, args ...string) string {
		t.Helper()
		code, out, errors := s.run(t, args...)
		if code != exitOK || !strings.Contains(out, want) {
			t.Fatalf("%v: exit code %d, want %q:\n%s%s", args, code, want, out, errors)
		}
		return out
	}
	must("exchange in staging runs 1.4.2: pushed commit", "set-image", "--overlay", "staging", "--image", release(t, "1.4.2", "a"), "--push", "--link", "https://git.example.com/pull/7")
	must("exchange in production runs 1.4.2: pushed commit", "set-image", "--overlay", "production", "--image", release(t, "1.4.2", "a"), "--push")
	must("nothing to change: exchange in staging runs 1.4.2 already", "set-image", "--overlay", "staging", "--image", release(t, "1.4.2", "a"), "--push")
	must("exchange in staging runs 1.5.0: pushed", "set-image", "--overlay", "staging", "--image", release(t, "1.5.0", "b"), "--push")

	body := filepath.Join(t.TempDir(), "promotion", "body.md")
	branch := strings.TrimSpace(must("promote/exchange-production-1.5.0", "promote", "--from", "staging", "--to", "production", "--push", "--body", body))
	text, err := os.ReadFile(body)
	if err != nil || !strings.Contains(string(text), "Deployment/exchange/exchange") && !strings.Contains(string(text), "1.5.0@sha256:bbbb") {
		t.Errorf("the body: %v:\n%s", err, text)
	}
	// Somebody merges it.
	gitIn(t, s.remote, "update-ref", "refs/heads/main", branch)
	must("exchange in production is rolled back and held: pushed", "rollback", "--overlay", "production", "--push", "--reason", "orders are slow")
	if got := gitIn(t, s.remote, "show", "main:apps/exchange/overlays/production/kustomization.yaml"); !strings.Contains(got, "newTag: 1.4.2\n") {
		t.Errorf("production is\n%s", got)
	}
	code, _, errors := s.run(t, "set-image", "--overlay", "production", "--image", release(t, "1.6.0", "c"), "--push")
	if code != exitFindings || !strings.Contains(errors, "orders are slow") {
		t.Errorf("exit code %d: %s", code, errors)
	}
	must("exchange in production is not held: pushed", "rollback", "--overlay", "production", "--release", "--push")
	must("exchange in production runs 1.6.0: pushed", "set-image", "--overlay", "production", "--image", release(t, "1.6.0", "c"), "--push")
	if gitIn(t, s.dir, "rev-parse", "HEAD") != head || gitIn(t, s.dir, "status", "--porcelain") != "" {
		t.Error("the clone was changed")
	}
}

// What a delivery did not change does not stop it, however long ago a waiver expired.
func TestAWaiverThatExpiredStopsNoDelivery(t *testing.T) {
	s := newSite(t)
	waive(t, s.dir, map[string]string{"rule": "pods.image_digest", "expires": "2020-01-31"})
	code, out, errors := s.run(t, "set-image", "--overlay", "staging", "--image", release(t, "1.4.2", "a"))
	if code != exitOK {
		t.Errorf("exit code %d: %s%s", code, out, errors)
	}
}

func TestWithoutPushTheWorkTreeIsChangedAndNothingElse(t *testing.T) {
	s := newSite(t)
	code, out, errors := s.run(t, "set-image", "--overlay", "staging", "--image", release(t, "1.4.2", "a"))
	if code != exitOK || !strings.Contains(out, "changed apps/exchange/overlays/staging/kustomization.yaml") {
		t.Fatalf("exit code %d: %s%s", code, out, errors)
	}
	if got := gitIn(t, s.dir, "diff", "--stat"); !strings.Contains(got, "1 file changed, 2 insertions(+), 2 deletions(-)") {
		t.Errorf("changed:\n%s", got)
	}
	gitIn(t, s.dir, "commit", "--quiet", "--all", "--message", "By hand")
	code, out, errors = s.run(t, "promote", "--from", "staging", "--to", "production")
	if code != exitOK || out != "promote/exchange-production-1.4.2\n" || gitIn(t, s.dir, "log", "-1", "--format=%s", strings.TrimSpace(out)) != "Promote exchange 1.4.2 from staging to production" {
		t.Errorf("exit code %d: %s%s", code, out, errors)
	}
}

// withdrawn refuses one version.
const withdrawn = `# METADATA
# title: Version 6.6.6 is withdrawn
# description: It loses orders.
# custom:
#   id: pods.image_withdrawn
#   severity: error
#   solution: Take another one.
package pods.image_withdrawn

import data.lib.image
import data.lib.kube

deny contains kube.finding(found.entry, found.field, msg) if {
	some found in image.images
	image.tag(found.image) == "6.6.6"
	msg := "6.6.6 is withdrawn"
}
`

func TestADeliveryThatThePoliciesRefuseChangesNothing(t *testing.T) {
	s := newSite(t)
	write(t, s.dir, "policy/pods/image_withdrawn/image_withdrawn.rego", withdrawn)
	gitIn(t, s.dir, "add", "--all")
	gitIn(t, s.dir, "commit", "--quiet", "--message", "Withdraw a version")
	gitIn(t, s.dir, "push", "--quiet", "origin", "main")
	head := gitIn(t, s.dir, "rev-parse", "HEAD")
	code, out, errors := s.run(t, "set-image", "--overlay", "staging", "--image", release(t, "6.6.6", "6"), "--push")
	if code != exitFindings || out != "" || !strings.Contains(errors, "6.6.6 is withdrawn") || !strings.Contains(errors, "nothing was changed") {
		t.Errorf("exit code %d: %s%s", code, out, errors)
	}
	if gitIn(t, s.remote, "rev-parse", "main") != head || gitIn(t, s.dir, "status", "--porcelain") != "" {
		t.Error("something was changed")
	}
}

func TestWrongArgumentsOfADeliveryAreNamed(t *testing.T) {
	s := newSite(t)
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"set-image", "--overlay", "staging", "--image", "exchange:1@sha256:12"}, exitFailed, "--image: image"},
		{[]string{"set-image", "--image", release(t, "1.4.2", "a")}, exitFailed, "--overlay is missing"},
		{[]string{"set-image", "--overlay", "canary", "--image", release(t, "1.4.2", "a")}, exitFailed, "there are kind, production, staging"},
		{[]string{"set-image", "--overlay", "staging", "--image", release(t, "1.4.2", "a"), "--push", "--branch", "gone"}, exitFailed, `origin has no branch "gone"`},
		{[]string{"promote", "--from", "staging"}, exitFailed, "--from and --to are both needed"},
		{[]string{"promote", "--from", "staging", "--to", "production"}, exitFindings, "nothing was released to exchange in staging yet"},
		{[]string{"rollback"}, exitFailed, "--overlay is missing"},
		{[]string{"rollback", "--overlay", "production", "--release", "--to", "1"}, exitFailed, "--release ends a hold"},
		{[]string{"rollback", "--overlay", "production"}, exitFindings, "ran nothing before 0.0.0"},
	} {
		if code, out, errors := s.run(t, test.args...); code != test.code || !strings.Contains(errors, test.want) || out != "" {
			t.Errorf("%v: exit code %d, want %d and %q: %s%s", test.args, code, test.code, test.want, out, errors)
		}
	}
	if status := gitIn(t, s.dir, "status", "--porcelain"); status != "" {
		t.Errorf("changed:\n%s", status)
	}
}
