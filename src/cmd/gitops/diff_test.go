package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// git runs Git in a directory as nobody in particular.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{
		"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main",
	}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// committed makes a repository whose commit is the base fixture, and then changes the
// work tree: one object more, one less, an image, a value of the configuration.
func committed(t *testing.T) string {
	t.Helper()
	dir := fixture(t, "")
	write(t, dir, "apps/web/base/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n  password: old-password\n")
	change(t, dir, "apps/web/base/kustomization.yaml", "  - service.yaml\n", "  - service.yaml\n  - secret.yaml\n")
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "base")
	change(t, dir, "apps/web/base/secret.yaml", "old-password", "new-password")
	change(t, dir, "apps/web/overlays/kind/kustomization.yaml", "newTag: v1.0.0", "newTag: v1.1.0")
	change(t, dir, "apps/web/base/kustomization.yaml", "GREETING=hello", "GREETING=hi")
	change(t, dir, "apps/web/base/kustomization.yaml", "  - service.yaml\n", "  - role.yaml\n")
	write(t, dir, "apps/web/base/role.yaml", "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: web\nrules: []\n")
	return dir
}

func change(t *testing.T, dir, name, from, to string) {
	t.Helper()
	text := read(t, filepath.Join(dir, name))
	if !strings.Contains(text, from) {
		t.Fatalf("%s has no %q", name, from)
	}
	write(t, dir, name, strings.Replace(text, from, to, 1))
}

func TestDiffNamesWhatIsAddedRemovedAndChanged(t *testing.T) {
	t.Parallel()
	dir := committed(t)
	for _, format := range []string{"text", "markdown"} {
		code, out, errors := run(t, "--root", dir, "diff", "--base", "HEAD", "--format", format)
		if code != exitOK {
			t.Fatalf("%s: exit code %d:\n%s", format, code, errors)
		}
		compare(t, "diff/"+format, out)
	}
}

func TestDiffKeepsSecretsAndTheWorkTree(t *testing.T) {
	t.Parallel()
	dir := committed(t)
	before := git(t, dir, "status", "--porcelain")
	_, out, _ := run(t, "--root", dir, "diff", "--base", "main")
	if strings.Contains(out, "password:") && strings.Contains(out, "-password") {
		t.Errorf("a password is shown:\n%s", out)
	}
	if !strings.Contains(out, "stringData.password: (hidden) → (hidden)") {
		t.Errorf("the Secret's change is not told:\n%s", out)
	}
	if after := git(t, dir, "status", "--porcelain"); after != before {
		t.Errorf("the work tree changed from\n%s\nto\n%s", before, after)
	}
}

func TestNoDifferenceIsSaid(t *testing.T) {
	t.Parallel()
	dir := committed(t)
	git(t, dir, "commit", "-q", "-a", "-m", "change")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "add")
	code, out, errors := run(t, "--root", dir, "diff", "--base", "HEAD")
	if want := "nothing changed since HEAD\n"; code != exitOK || out != want {
		t.Errorf("exit code %d, printed %q, want %q; %s", code, out, want, errors)
	}
}

func TestDiffThatCannotBeMadeEndsWithExitCode2(t *testing.T) {
	t.Parallel()
	dir := committed(t)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no base":        {[]string{"--root", dir, "diff"}, "--base"},
		"unknown ref":    {[]string{"--root", dir, "diff", "--base", "nowhere"}, `no Git ref "nowhere" here: fetch it`},
		"unknown format": {[]string{"--root", dir, "diff", "--base", "HEAD", "--format", "html"}, `unknown format "html": it is one of markdown, text`},
		"no repository":  {[]string{"--root", fixture(t, ""), "diff", "--base", "HEAD"}, "opening the Git repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errors := run(t, test.args...)
			if code != exitFailed || out != "" || !strings.Contains(errors, test.want) {
				t.Errorf("exit code %d, want %d and %q in:\n%s%s", code, exitFailed, test.want, errors, out)
			}
		})
	}
}

func TestDiffOfABrokenTreeTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := committed(t)
	change(t, dir, "apps/web/base/role.yaml", "rules:", "rulez:")
	code, out, errors := run(t, "--root", dir, "diff", "--base", "HEAD")
	if want := "rulez: unknown field: did you mean rules?"; code != exitFindings || out != "" || !strings.Contains(errors, want) {
		t.Errorf("exit code %d, want %d and %q in:\n%s%s", code, exitFindings, want, errors, out)
	}
}
