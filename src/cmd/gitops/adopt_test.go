package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAdoptNamesWhatItChangedAndThenNothing(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "clusters"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "clusters", "repository.yaml")
	if err := os.WriteFile(file, []byte("repository: https://github.com/bitpin/exchange.git\nimage: docker.io/bitpin/exchange\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--image", "registry.example.com/exchange"}, exitOK, "changed clusters/repository.yaml\n"},
		{[]string{"--image", "registry.example.com/exchange"}, exitOK, "nothing to change\n"},
		{[]string{"--image", "registry.example.com/exchange:latest"}, exitFailed, "without tag and digest"},
		{nil, exitFailed, "say which repository or which image"},
	} {
		var out bytes.Buffer
		code := Run(t.Context(), append([]string{"adopt", "--root", root}, c.args...), Streams{Out: &out, Err: &out})
		if code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("gitops adopt %q: exit code %d, want %d; output must contain %q:\n%s", c.args, code, c.code, c.want, out.String())
		}
	}
}
