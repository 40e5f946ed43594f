package exchangetest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// made is the directory of the program, if it was built.
var made string

// program builds the exchange once for each test binary.
var program = sync.OnceValues(func() (string, error) {
	if err := dependOnSources(); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "exchangetest-")
	if err != nil {
		return "", err
	}
	made = dir
	path := filepath.Join(dir, "exchange")
	build := exec.Command("go", "build", "-o", path, "github.com/bitpin/exchange/src/cmd/exchange")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return path, nil
})

// dependOnSources looks into the directories of the program's sources. `go test`
// takes no earlier result of a test when a directory that the test has looked into
// has changed; what the test built is beyond its sight.
func dependOnSources() error {
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("finding the module: %w", err)
	}
	root := strings.TrimSpace(string(module))
	if _, err := os.Stat(filepath.Join(root, "go.sum")); err != nil {
		return err
	}
	for _, dir := range []string{"src/cmd/exchange", "src/internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(_ string, _ fs.DirEntry, err error) error { return err })
		if err != nil {
			return fmt.Errorf("looking at the sources: %w", err)
		}
	}
	return nil
}

// Main runs a package's tests, removes the program that they built, and returns the
// exit code.
func Main(m *testing.M) int {
	code := m.Run()
	if made != "" {
		_ = os.RemoveAll(made) // a rest in the temporary directory harms nobody
	}
	return code
}
