package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// repositoryRoot is this repository, fixtures and golden are in it.
const (
	repositoryRoot = "../../.."
	fixtures       = repositoryRoot + "/tests/fixtures"
	goldenFiles    = repositoryRoot + "/tests/golden"
)

func run(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(t.Context(), append([]string{}, args...), Streams{strings.NewReader(""), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// compare holds an output to a golden file, or rewrites the file with -update.
func compare(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(goldenFiles, name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test ./src/cmd/gitops -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); if it is meant, go test ./src/cmd/gitops -update:\n%s", name, diff)
	}
}

// fixture makes a tree from the base of the fixtures and one of them.
func fixture(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(fixtures, "base"))); err != nil {
		t.Fatal(err)
	}
	if name != "" {
		replace(t, dir, filepath.Join(fixtures, name))
	}
	return dir
}

// replace copies files and links over those of a directory.
func replace(t *testing.T, dir, from string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, relative)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.RemoveAll(target); err != nil {
			return err
		}
		if entry.Type()&os.ModeSymlink != 0 {
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestBareGitopsListsItsCommands(t *testing.T) {
	t.Parallel()
	code, out, _ := run(t)
	if code != exitOK {
		t.Errorf("exit code %d", code)
	}
	for _, command := range []string{"render", "diff"} {
		if !strings.Contains(out, "\n  "+command) {
			t.Errorf("%s is not listed in:\n%s", command, out)
		}
	}
}

func TestWhatCannotRunEndsWithExitCode2(t *testing.T) {
	t.Parallel()
	dir := fixture(t, "")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown command":          {[]string{"rendr"}, `unknown command "rendr"`},
		"unknown flag":             {[]string{"render", "--out", "x"}, "unknown flag: --out"},
		"no such cluster":          {[]string{"--root", dir, "render", "clusters/moon"}, `no cluster "moon"`},
		"no such path":             {[]string{"--root", dir, "render", "apps/moon"}, "apps/moon is no directory"},
		"path outside":             {[]string{"--root", dir, "render", "../other"}, "outside the repository"},
		"no jobs":                  {[]string{"--root", dir, "render", "--jobs", "0"}, "--jobs"},
		"no such repository":       {[]string{"--root", dir + "/none", "render"}, "none"},
		"repository of no cluster": {[]string{"--root", t.TempDir(), "render"}, "clusters"},
		"files of all clusters":    {[]string{"--root", dir, "render", "--output-dir", "x"}, "--output-dir"},
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
