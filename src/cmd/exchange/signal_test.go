package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// playVariable makes the test binary play the exchange, in a process of its own.
const playVariable = "EXCHANGE_TEST_PLAY"

func TestMain(m *testing.M) {
	if _, play := os.LookupEnv(playVariable); play {
		main()
	}
	os.Exit(m.Run())
}

// launchProcess starts `exchange serve` as a process, and returns it once it is
// ready to be told to end.
func launchProcess(t *testing.T, v variablesOf) (cmd *exec.Cmd, operations string) {
	t.Helper()
	address := freeAddress(t)
	cmd = exec.Command(os.Args[0], "serve")
	cmd.Env = []string{playVariable + "=1", "LISTEN_ADDRESS=127.0.0.1:0", "METRICS_ADDRESS=" + address, "PEER_ADDRESS=127.0.0.1:0", "ADVERTISE_ADDRESS=localhost:1"}
	for name, value := range v {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	operations = "http://" + address
	eventually(t, "it is ready", func() bool {
		status, _ := get(t, operations+"/readyz")
		return status == 200
	})
	return cmd, operations
}

func TestFirstSignalEndsInOrderTheSecondAtOnce(t *testing.T) {
	t.Parallel()
	cmd, operations := launchProcess(t, migrated(t).with("SHUTDOWN_DELAY=5m"))
	signal := func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	signal()
	eventually(t, "it is not ready", func() bool {
		status, _ := get(t, operations+"/readyz")
		return status == 503
	})
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	signal()
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
			t.Errorf("it ended with %v, want by the signal", err)
		}
	case <-time.After(patience):
		t.Error("it does not end")
	}
}

func TestSigtermEndsWithExitCode0(t *testing.T) {
	t.Parallel()
	cmd, _ := launchProcess(t, migrated(t))
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestProcessTakesItsConfigurationFromTheEnvironment(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "migrate")
	cmd.Env = []string{playVariable + "=1", "DATABASE_PORT=none"}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	const want = "DATABASE_HOST: is required: PostgreSQL's host name or address, or the directory of its Unix socket\n" +
		"DATABASE_PORT: \"none\": must be a port from 1 to 65535\n" +
		"DATABASE_PASSWORD: is required: the role's password\n"
	if !errors.As(err, &exit) || exit.ExitCode() != exitUsage || string(out) != want {
		t.Errorf("it ended with %v and said:\n%s", err, out)
	}
}
