package local_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/local"
	"github.com/bitpin/exchange/src/lab/port"
)

const (
	directoryVariable = "LOCAL_TEST_DIRECTORY"
	portsVariable     = "LOCAL_TEST_PORTS"
)

// TestMain lets the test binary play `lab run` in a process of its own.
func TestMain(m *testing.M) {
	dir, isDemo := os.LookupEnv(directoryVariable)
	if !isDemo {
		os.Exit(m.Run())
	}
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	tree, err := local.FindTree(".")
	tree.Local = dir
	config := local.Config{Tree: tree, Host: "127.0.0.1", Out: os.Stdout}
	_, errPorts := fmt.Sscan(os.Getenv(portsVariable), &config.Port, &config.MetricsPort)
	if err := errors.Join(err, errPorts, local.Run(ctx, config)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// demoProcess runs the exchange in another process, and returns it once it serves.
func demoProcess(t *testing.T, dir string) (cmd *exec.Cmd, ports [2]int) {
	t.Helper()
	for i := range ports {
		var err error
		if ports[i], err = port.Free(); err != nil {
			t.Fatal(err)
		}
	}
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), directoryVariable+"="+dir, fmt.Sprintf("%s=%d %d", portsVariable, ports[0], ports[1]))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said += lines.Text() + "\n"; strings.Contains(said, "A first order") {
			return cmd, ports
		}
	}
	t.Fatalf("the exchange did not start:\n%s", said)
	return nil, ports
}

// eventuallyGone waits until nothing of a demo is left running.
func eventuallyGone(t *testing.T, server int, ports [2]int) {
	t.Helper()
	gone := func() error {
		errServer := syscall.Kill(server, 0)
		if !errors.Is(errServer, syscall.ESRCH) {
			return fmt.Errorf("its PostgreSQL, process %d, is still there", server)
		}
		return errors.Join(port.Check("127.0.0.1", ports[0]), port.Check("127.0.0.1", ports[1]))
	}
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = gone(); err == nil {
			return
		}
	}
	t.Errorf("after 30 s: %v", err)
}

func serverPID(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestNothingOutlivesARunThatWasKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "local")
	run, ports := demoProcess(t, dir)
	server := serverPID(t, dir)
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = run.Wait()
	eventuallyGone(t, server, ports)
}

func TestCleanStopsWhatRunsAndRemovesIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "local")
	run, ports := demoProcess(t, dir)
	server := serverPID(t, dir)
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }() // else it stays a zombie
	var said strings.Builder
	if err := local.Clean(t.Context(), local.Tree{Local: dir}, &said); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the run ended with %v, want exit code 0", err)
	}
	if want := fmt.Sprintf("Stopping the exchange (process %d)", run.Process.Pid); !strings.Contains(said.String(), want) {
		t.Errorf("Clean said %q, want %q", said.String(), want)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
	eventuallyGone(t, server, ports)
}

func TestSecondRunOfTheSameDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "local")
	run, _ := demoProcess(t, dir)
	config := local.Config{Tree: local.Tree{Local: dir}, Host: "127.0.0.1", Port: 1, MetricsPort: 2}
	err := local.Run(t.Context(), config)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("already runs from this directory (process %d)", run.Process.Pid)) {
		t.Errorf("Run: %v, want the process that is in the way", err)
	}
}
