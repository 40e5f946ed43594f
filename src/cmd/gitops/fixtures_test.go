package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// list returns the fixtures of a kind, and fails if they are suspiciously few.
func list(t *testing.T, kind string, least int) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(fixtures, kind))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < least {
		t.Fatalf("%d fixtures in %s, want at least %d", len(entries), kind, least)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// Each line of a fixture's file "expect" is a finding: where it is, then words of it.
func TestEveryInvalidFixtureIsRefusedWhereItsDefectIs(t *testing.T) {
	t.Parallel()
	for _, name := range list(t, "invalid", 25) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect, err := os.ReadFile(filepath.Join(fixtures, "invalid", name, "expect"))
			if err != nil {
				t.Fatal(err)
			}
			code, out, errors := run(t, "--root", fixture(t, "invalid/"+name), "render")
			if code != exitFindings || out != "" {
				t.Errorf("exit code %d, want %d; printed %q", code, exitFindings, out)
			}
			want := strings.Split(strings.TrimSpace(string(expect)), "\n")
			got := strings.Split(strings.TrimSpace(errors), "\n")
			if len(want) != len(got) {
				t.Fatalf("%d findings, want %d:\n%s", len(got), len(want), errors)
			}
			for i := range want {
				at, words, _ := strings.Cut(want[i], ": ")
				if !strings.HasPrefix(got[i], at+": ") || !strings.Contains(got[i], words) {
					t.Errorf("got  %s\nwant %s", got[i], want[i])
				}
			}
		})
	}
}

func TestEveryValidFixtureIsRendered(t *testing.T) {
	t.Parallel()
	for _, name := range append(list(t, "valid", 8), "") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, file := "valid/"+name, name
			if name == "" {
				from, file = "", "base"
			}
			dir := fixture(t, from)
			if code, _, errors := run(t, "--root", dir, "render"); code != exitOK {
				t.Fatalf("exit code %d:\n%s", code, errors)
			}
			_, out, _ := run(t, "--root", dir, "render", "clusters/kind")
			compare(t, "fixtures/"+file+".yaml", out)
		})
	}
}

func TestManifestOfTenMegabytesIsRefusedUnread(t *testing.T) {
	t.Parallel()
	dir := fixture(t, "")
	write(t, dir, "apps/web/base/service.yaml", strings.Repeat("# filler\n", 10<<20/9))
	code, _, errors := run(t, "--root", dir, "render")
	want := "apps/web/base/service.yaml: apps/web/base/service.yaml " + tree.ErrTooLarge.Error()
	if code != exitFindings || !strings.HasPrefix(errors, want) {
		t.Errorf("exit code %d, want %q in:\n%s", code, want, errors)
	}
}
