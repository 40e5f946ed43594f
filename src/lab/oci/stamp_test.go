package oci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/lab/oci"
)

func TestTheVersionFollowsFromTheNewestReleaseBefore(t *testing.T) {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE=2026-11-26T11:34:10Z")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	is := func(want string) {
		t.Helper()
		got, err := oci.Describe(t.Context(), dir)
		if err != nil || !regexp.MustCompile("^"+want+"$").MatchString(got.Version) || !strings.HasPrefix(got.Commit, git("rev-parse", "HEAD")) {
			t.Errorf("%+v, %v; want %s", got, err, want)
		}
	}
	git("init", "--quiet")
	git("commit", "--quiet", "--allow-empty", "--message", "One")
	is(`0\.0\.0-20261126113410-[0-9a-f]{12}`)
	git("tag", "v0.9.0")
	git("tag", "v0.10.0")
	git("tag", "v1.0.0-rc.1")
	git("tag", "vacation")
	is(`0\.10\.0`)
	git("commit", "--quiet", "--allow-empty", "--message", "Two")
	is(`0\.10\.1-0\.20261126113410-[0-9a-f]{12}`)
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	is(`0\.10\.1-0\.20261126113410-[0-9a-f]{12}`)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	is(`0\.10\.1-0\.20261126113410-[0-9a-f]{12}-modified`)
}
