package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/guard"
	"github.com/bitpin/exchange/src/lab/port"
	"github.com/bitpin/exchange/src/lab/postgres"
)

// program is the exchange's program, as it is shipped but for the limits that hold
// back a single client.
type program struct {
	dir         string // where it runs and leaves its profile
	binary      string
	environment []string
	listen      string // host:port
	metrics     string
	demo        map[string]string

	cmd    *exec.Cmd
	guard  *guard.Guard
	exited chan struct{}
}

// build compiles the program with the means to profile it.
func build(ctx context.Context, root, dir string) (*program, error) {
	p := &program{dir: dir, binary: filepath.Join(dir, "exchange")}
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "profile", "-o", p.binary, "./src/cmd/exchange")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return p, nil
}

// configure chooses addresses and a key.
func (p *program) configure(database postgres.DSN) error {
	var addresses [3]string
	for i := range addresses {
		free, err := port.Free()
		if err != nil {
			return err
		}
		addresses[i] = net.JoinHostPort("127.0.0.1", strconv.Itoa(free))
	}
	p.listen, p.metrics = addresses[0], addresses[1]
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	p.environment = append([]string{
		"PATH=" + os.Getenv("PATH"), "SECRET_KEY=" + base64.StdEncoding.EncodeToString(key),
		"LISTEN_ADDRESS=" + p.listen, "METRICS_ADDRESS=" + p.metrics, "PEER_ADDRESS=" + addresses[2], "ADVERTISE_ADDRESS=" + addresses[2],
		"ORDER_LIMIT=10000000", "WEIGHT_LIMIT=100000000", "MAX_OPEN_ORDERS=100000", "LOG_LEVEL=warn",
	}, database.Environment()...)
	return nil
}

// seed makes the schema and the demo, whose operator opens our accounts.
func (p *program) seed(ctx context.Context) error {
	demo := filepath.Join(p.dir, "demo.env")
	for _, arguments := range [][]string{{"migrate"}, {"seed", "--demo-env", demo}} {
		cmd := exec.CommandContext(ctx, p.binary, arguments...)
		cmd.Env = p.environment
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("exchange %s: %w:\n%s", arguments[0], err, out)
		}
	}
	text, err := os.ReadFile(demo)
	if err != nil {
		return fmt.Errorf("reading the demo's keys: %w", err)
	}
	p.demo = map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		if name, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			p.demo[name] = strings.Trim(value, `'"`)
		}
	}
	return nil
}

// start serves until stop, and returns when the program is ready.
func (p *program) start(ctx context.Context) error {
	log, err := os.Create(filepath.Join(p.dir, "exchange.log"))
	if err != nil {
		return fmt.Errorf("opening the exchange's log: %w", err)
	}
	defer log.Close()
	if p.guard, err = guard.Start(`[ -z "$told" ] || kill -s KILL "$told"`); err != nil {
		return err
	}
	p.cmd = exec.Command(p.binary, "serve")
	p.cmd.Dir, p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.dir, p.environment, log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches us alone, and we stop it in order
	if err := p.cmd.Start(); err != nil {
		p.guard.Dismiss()
		return fmt.Errorf("starting the exchange: %w", err)
	}
	told := p.guard.Tell(strconv.Itoa(p.cmd.Process.Pid))
	p.exited = make(chan struct{})
	go func() {
		_ = p.cmd.Wait()     // what went wrong is in the log
		_ = p.guard.Tell("") // if the guard is gone, so are we
		close(p.exited)
	}()
	return errors.Join(told, p.awaitReady(ctx))
}

func (p *program) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.metrics+"/readyz", http.NoBody)
		if err != nil {
			return fmt.Errorf("asking whether the exchange is ready: %w", err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the exchange: %w; its log is in %s", ctx.Err(), p.dir)
		case <-p.exited:
			text, _ := os.ReadFile(filepath.Join(p.dir, "exchange.log"))
			return fmt.Errorf("the exchange ended at once: %s", text)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the program in order.
func (p *program) stop() error {
	if p.exited == nil {
		return nil
	}
	defer p.guard.Dismiss()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		_ = p.cmd.Process.Signal(signal) // it may have ended
		select {
		case <-p.exited:
			return nil
		case <-time.After(30 * time.Second):
		}
	}
	return fmt.Errorf("the exchange (process %d) does not end", p.cmd.Process.Pid)
}
