package local_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/lab/local"
	"github.com/bitpin/exchange/src/lab/port"
)

func TestFindTreeLooksUpwards(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module github.com/bitpin/exchange\n\ngo 1.26.0\n")
	inner := filepath.Join(root, "tests", "other")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(inner, "go.mod"), "module github.com/bitpin/exchange/tests/other\n")
	tree, err := local.FindTree(inner)
	if err != nil || tree.Root != root {
		t.Errorf("FindTree: %v, %v; want %s", tree, err, root)
	}
	if _, err := local.FindTree(t.TempDir()); err == nil {
		t.Error("a directory of somebody else was taken for the repository")
	}
}

func TestTakenPortIsNamedBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	free, err := port.Free()
	if err != nil {
		t.Fatal(err)
	}
	taken := l.Addr().(*net.TCPAddr).Port
	for name, test := range map[string]struct {
		port, metricsPort int
		want              string
	}{
		"port":           {taken, 1, "choose another port: make run PORT="},
		"metrics port":   {free, taken, "choose another port: make run METRICS_PORT="},
		"same port":      {8000, 8000, "two different ports"},
		"port too large": {65536, 1, "PORT=65536"},
		"port too small": {0, 1, "PORT=0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := local.Tree{Local: filepath.Join(t.TempDir(), "local")}
			config := local.Config{Tree: tree, Host: "127.0.0.1", Port: test.port, MetricsPort: test.metricsPort, Out: io.Discard}
			err := local.Run(t.Context(), config)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Run: %v, want %q", err, test.want)
			}
			if _, err := os.Stat(tree.PostgresDir()); err == nil {
				t.Error("a database was made")
			}
		})
	}
}

func TestURLsAreForClientsOnThisMachine(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"127.0.0.1": "http://localhost:8000",
		"0.0.0.0":   "http://localhost:8000",
		"::":        "http://localhost:8000",
		"192.0.2.7": "http://192.0.2.7:8000",
	} {
		if got := (local.Config{Host: host, Port: 8000}).ExchangeURL(); got != want {
			t.Errorf("listening on %s: %s, want %s", host, got, want)
		}
	}
}

func TestReadmeShowsTheFirstOrder(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, _ := strings.Cut(local.FirstOrder(local.Tree{}), "\n")
	if script == "" || !strings.Contains(string(readme), ". .local/demo.env\n"+script) {
		t.Errorf("README.md shows another first order than make run:\n%s", script)
	}
}

func TestCleanRemovesOnlyWhatWasMade(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	tree := local.Tree{Root: root, Local: filepath.Join(root, ".local")}
	write(t, filepath.Join(root, "kept"), "")
	if err := os.MkdirAll(tree.PostgresDir(), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left, and nothing wrong
		if err := local.Clean(t.Context(), tree, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(root)
	if err != nil || len(left) != 1 || left[0].Name() != "kept" {
		t.Errorf("left: %v, %v; want what was not ours", left, err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
