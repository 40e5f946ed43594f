package exchangetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// program builds the exchange once for each test binary.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "exchangetest-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "exchange")
	build := exec.Command("go", "build", "-o", path, "github.com/bitpin/exchange/src/cmd/exchange") //nolint:noctx // it ends by itself
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return path, nil
})

// Main runs a package's tests, removes the program that they built, and returns the
// exit code.
func Main(m *testing.M) int {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // a rest in the temporary directory harms nobody
	}
	return code
}
