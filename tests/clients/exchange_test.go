package clients_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/pgtest"
	"github.com/bitpin/exchange/src/lab/port"
)

// service is a running exchange with the demo.
type service struct {
	url  string
	demo map[string]string // what `exchange seed` wrote
}

// program builds the exchange once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "exchange-clients-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "exchange")
	if out, err := exec.Command("go", "build", "-o", path, "github.com/bitpin/exchange/src/cmd/exchange").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// startExchange migrates and seeds a fresh database and serves it until the test ends.
func startExchange(t *testing.T) *service {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	address := func() string {
		free, err := port.Free()
		if err != nil {
			t.Fatal(err)
		}
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(free))
	}
	listen, metrics, peer := address(), address(), address()
	environment := append([]string{
		"PATH=" + os.Getenv("PATH"),
		"SECRET_KEY=8f1d0b6c5e3a497286f4c2d1b0a9e8d77c6b5a4938271605f4e3d2c1b0a99887",
		"LISTEN_ADDRESS=" + listen, "METRICS_ADDRESS=" + metrics, "PEER_ADDRESS=" + peer, "ADVERTISE_ADDRESS=" + peer,
		"ORDER_LIMIT=100000", "WEIGHT_LIMIT=1000000",
	}, pgtest.Environment(t, pgtest.New(t))...)
	s := &service{url: "http://" + listen}
	demo := filepath.Join(t.TempDir(), "demo.env")
	for _, arguments := range [][]string{
		{"migrate"},
		{"seed", "--demo-env", demo, "--exchange-url", s.url, "--metrics-url", "http://" + metrics},
	} {
		cmd := exec.CommandContext(t.Context(), path, arguments...)
		cmd.Env = environment
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("exchange %s: %v:\n%s", arguments[0], err, out)
		}
	}
	s.demo = readDemo(t, demo)
	serve(t, path, environment)
	awaitReady(t, "http://"+metrics+"/readyz")
	return s
}

func serve(t *testing.T, path string, environment []string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(path, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = environment, &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // if it has ended, Wait tells
		if err := cmd.Wait(); err != nil {
			t.Errorf("the exchange ended with %v", err)
		}
		if t.Failed() {
			t.Logf("the exchange's log:\n%s", log.String())
		}
	})
}

func awaitReady(t *testing.T, url string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		answer, err := http.Get(url)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the exchange is not ready: %v %v", answer, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// readDemo reads lines of the form NAME=value or NAME='value'.
func readDemo(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	demo := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		if name, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			demo[name] = strings.Trim(value, `'"`)
		}
	}
	return demo
}
