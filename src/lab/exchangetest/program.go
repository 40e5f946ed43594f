package exchangetest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/bitpin/exchange/src/lab/guard"
)

// binary is the built program. Its remover, which removes it when this process has
// ended, must not become garbage before.
type binary struct {
	path    string
	remover *guard.Guard
}

// program builds the exchange once for each test binary.
var program = sync.OnceValues(func() (b binary, err error) {
	if err := dependOnSources(); err != nil {
		return b, err
	}
	dir, err := os.MkdirTemp("", "exchangetest-")
	if err != nil {
		return b, err
	}
	if b.remover, err = guard.Start(`rm -rf "$1"`, dir); err != nil {
		return b, err
	}
	b.path = filepath.Join(dir, "exchange")
	build := exec.Command("go", "build", "-o", b.path, "github.com/bitpin/exchange/src/cmd/exchange")
	if out, err := build.CombinedOutput(); err != nil {
		return b, fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return b, nil
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
