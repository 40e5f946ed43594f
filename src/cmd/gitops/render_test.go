package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOutputDirectoryHasOneFileForEachApplication(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	code, out, errors := run(t, "--root", fixture(t, ""), "render", "clusters/kind", "--output-dir", dir)
	if code != exitOK || out != "" {
		t.Fatalf("exit code %d:\n%s%s", code, errors, out)
	}
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if got, want := strings.Join(names, " "), "argocd.yaml root.yaml web.yaml"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestNothingIsWrittenWhereSomethingIsWrong(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	code, _, _ := run(t, "--root", fixture(t, "invalid/field-unknown"), "render", "clusters/kind", "--output-dir", dir)
	if _, err := os.Stat(dir); code != exitFindings || !os.IsNotExist(err) {
		t.Errorf("exit code %d, and the directory was made: %v", code, err)
	}
}

func TestPathIsReadFromTheRootOrFromHere(t *testing.T) {
	dir := fixture(t, "")
	_, want, _ := run(t, "--root", dir, "render", "apps/web/base")
	t.Chdir(filepath.Join(dir, "apps", "web"))
	for _, path := range []string{"base", "./base/", "apps/web/base"} {
		if code, out, errors := run(t, "render", path); code != exitOK || out != want {
			t.Errorf("render %s: exit code %d, %s", path, code, errors)
		}
	}
}
