package local

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/guard"
	"github.com/bitpin/exchange/src/lab/port"
	"github.com/bitpin/exchange/src/lab/postgres"
)

// service is the exchange's program with its environment.
type service struct {
	config      Config
	environment []string
}

func newService(c Config, database postgres.DSN) (*service, error) {
	key, err := secretKey(c.Tree.secretKey())
	if err != nil {
		return nil, err
	}
	peer, err := port.Free()
	if err != nil {
		return nil, err
	}
	peerAddress := net.JoinHostPort("127.0.0.1", strconv.Itoa(peer))
	var environment []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "DATABASE_") { // another database's settings are not for ours
			environment = append(environment, variable)
		}
	}
	environment = append(environment, database.Environment()...)
	environment = append(environment,
		"SECRET_KEY="+key,
		"LISTEN_ADDRESS="+c.listen(c.Port),
		"METRICS_ADDRESS="+c.listen(c.MetricsPort),
		"PEER_ADDRESS="+peerAddress,
		"ADVERTISE_ADDRESS="+peerAddress,
		"SECURE_COOKIES=false", // there is no TLS on this machine
	)
	return &service{c, environment}, nil
}

// secretKey reads the key, or draws one the first time. What is sealed in the
// database can only be read with the same key.
func secretKey(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("reading the secret key: %w", err)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	encoded := base64.StdEncoding.EncodeToString(key)
	if err := os.WriteFile(path, []byte(encoded+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keeping the secret key: %w", err)
	}
	return encoded, nil
}

// build compiles the service.
func (s *service) build(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", s.config.Tree.binary(), "./src/cmd/exchange")
	cmd.Dir = s.config.Tree.Root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the exchange: %w:\n%s", err, out)
	}
	return nil
}

// do runs a subcommand to its end.
func (s *service) do(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, s.config.Tree.binary(), args...)
	cmd.Env = s.environment
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("exchange %s: %w:\n%s", args[0], err, tail(string(out)))
	}
	return nil
}

// running is a service that serves.
type running struct {
	cmd    *exec.Cmd
	guard  *guard.Guard
	exited chan struct{}
}

// serve starts the service. It is not in our process group, so that Ctrl-C reaches
// us alone and we can stop things in order.
func (s *service) serve() (*running, error) {
	log, err := os.OpenFile(s.config.Tree.log(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the exchange's log: %w", err)
	}
	defer log.Close()
	g, err := guard.Start(`[ -z "$told" ] || kill -s TERM "$told"`)
	if err != nil {
		return nil, err
	}
	r := &running{cmd: exec.Command(s.config.Tree.binary(), "serve"), guard: g, exited: make(chan struct{})}
	r.cmd.Env = s.environment
	r.cmd.Stdout, r.cmd.Stderr = log, log
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := r.cmd.Start(); err != nil {
		g.Dismiss()
		return nil, fmt.Errorf("starting the exchange: %w", err)
	}
	told := g.Tell(strconv.Itoa(r.cmd.Process.Pid))
	go func() {
		_ = r.cmd.Wait()     // what went wrong is in the log
		_ = r.guard.Tell("") // if the guard is gone, so are we
		close(r.exited)
	}()
	if told != nil {
		return nil, errors.Join(told, r.stop())
	}
	return r, nil
}

// stopTimeout is longer than the service's own SHUTDOWN_TIMEOUT.
const stopTimeout = 30 * time.Second

// stop lets the service finish what it has begun.
func (r *running) stop() error {
	defer r.guard.Dismiss()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := r.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stopping the exchange: %w", err)
		}
		select {
		case <-r.exited:
			return nil
		case <-time.After(stopTimeout):
		}
	}
	return fmt.Errorf("the exchange (process %d) does not end", r.cmd.Process.Pid)
}

// readyTimeout bounds how long the service may take to load the books and to get
// the lease of a predecessor that was killed.
const readyTimeout = time.Minute

// awaitReady returns when the service says that it is ready.
func (s *service) awaitReady(ctx context.Context, r *running) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	url := s.config.MetricsURL() + "/readyz"
	for {
		answer, err := readiness(ctx, url)
		if err == nil && answer == "" {
			return nil
		}
		select {
		case <-r.exited:
			return fmt.Errorf("the exchange ended at once; the end of its log:\n%s", s.logTail())
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w (its last answer was %q); the end of the log:\n%s", url, errors.Join(ctx.Err(), err), answer, s.logTail())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// readiness asks once; the answer is empty when the service is ready.
func readiness(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return "", nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 512))
	return response.Status + " " + string(body), err
}

func (s *service) logTail() string {
	text, err := os.ReadFile(s.config.Tree.log())
	if err != nil {
		return err.Error()
	}
	return tail(string(text))
}

// tail returns the last lines of a text, indented.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return "  " + strings.Join(lines[max(0, len(lines)-10):], "\n  ")
}
