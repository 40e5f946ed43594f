package clients_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ccxt trades from JavaScript. npm installs it at the version of package-lock.json
// into .local/, once.
func TestCCXTTrades(t *testing.T) {
	t.Parallel()
	dir := installCCXT(t)
	s := startExchange(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "trade.mjs")
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")} // and no proxy: the exchange is on this machine
	for name, value := range s.demo {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "EXCHANGE_URL="+s.url)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("node trade.mjs: %v:\n%s", err, out)
	}
}

// installCCXT returns a directory with the script and ccxt.
func installCCXT(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%v: Node.js and npm are needed to trade by ccxt (`make test` installs them, where it may)", err)
		}
	}
	dir, err := filepath.Abs("../../.local/ccxt")
	must(t, err)
	must(t, os.MkdirAll(dir, 0o700))
	lock := copyFile(t, dir, "package-lock.json")
	copyFile(t, dir, "package.json")
	copyFile(t, dir, ".npmrc")
	copyFile(t, dir, "trade.mjs")
	stamp := filepath.Join(dir, "installed")
	if installed, err := os.ReadFile(stamp); err == nil && string(installed) == lock {
		return dir
	}
	cmd := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v:\n%s", err, strings.TrimSpace(string(out)))
	}
	must(t, os.WriteFile(stamp, []byte(lock), 0o600))
	return dir
}

// copyFile copies a file of ccxt/ and returns its text.
func copyFile(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("ccxt", name))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	return string(text)
}
