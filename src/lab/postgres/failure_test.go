package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/postgres"
)

const ownerDir = "POSTGRES_TEST_OWNER_DIR"

// TestMain lets the test binary play another process that owns a server.
func TestMain(m *testing.M) {
	dir, isOwner := os.LookupEnv(ownerDir)
	if !isOwner {
		os.Exit(m.Run())
	}
	s, err := postgres.Start(context.Background(), postgres.Options{Dir: dir})
	if err != nil {
		panic(err)
	}
	fmt.Println(s.LogFile())
	time.Sleep(time.Minute)
}

// startOwner starts a server in another process, and returns that process and the
// server's directory.
func startOwner(t *testing.T, dir string) (owner *os.Process, serverDir string) {
	t.Helper()
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerDir+"="+dir)
	cmd.Stderr = os.Stderr
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
	line := make([]byte, 4096)
	n, err := out.Read(line)
	if err != nil {
		t.Fatalf("the other process did not start its server: %v", err)
	}
	return cmd.Process, filepath.Dir(strings.TrimSpace(string(line[:n])))
}

func serverPID(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	return pid
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited 30 s in vain until %s", what)
}

func TestServerGoesWithItsKilledOwner(t *testing.T) {
	t.Parallel()
	owner, dir := startOwner(t, "")
	pid := serverPID(t, dir)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server was gone", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
	eventually(t, "its directory was gone", func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, os.ErrNotExist)
	})
}

func TestStartAfterTheOwnerWasKilledFindsTheData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner, _ := startOwner(t, dir)
	if err := owner.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Wait(); err != nil {
		t.Fatal(err)
	}
	// At once: the old server may still be shutting down.
	s := start(t, postgres.Options{Dir: dir})
	if got := query[int](t, s.URL("postgres"), "SELECT 42"); got != 42 {
		t.Errorf("got %d, want 42", got)
	}
}

func TestStartAfterTheServerWasKilledIgnoresItsPIDFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, postgres.Options{Dir: dir})
	if err := syscall.Kill(serverPID(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.Exited()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		t.Fatalf("the test needs a stale file: %v", err)
	}
	start(t, postgres.Options{Dir: dir})
}

func TestDirectoryInUseIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner, _ := startOwner(t, dir)
	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir})
	var inUse *postgres.InUseError
	if !errors.As(err, &inUse) || inUse.PID != owner.Pid {
		t.Errorf("Start: %v, want that process %d is in the way", err, owner.Pid)
	}
}

func TestParentsMayBeClosedToTheServersUser(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, postgres.Options{Dir: filepath.Join(closed, "postgres")})
	if err := s.Restart(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTakenPortIsReplacedAtStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, postgres.Options{Dir: dir})
	before := s.DSN("postgres").Address
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	listen(t, before)
	again := start(t, postgres.Options{Dir: dir})
	if after := again.DSN("postgres").Address; after == before {
		t.Errorf("the server says that it listens on %s, which is taken", after)
	}
}

// A restart promises the same URL, so here a taken port is an error.
func TestTakenPortFailsARestart(t *testing.T) {
	t.Parallel()
	s := start(t, postgres.Options{})
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	listen(t, s.DSN("postgres").Address)
	err := s.Restart(t.Context())
	if err == nil || !strings.Contains(err.Error(), "Address already in use") {
		t.Errorf("Restart: %v, want PostgreSQL's own words", err)
	}
}

func listen(t *testing.T, a postgres.Address) {
	t.Helper()
	l, err := net.Listen("tcp4", a.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
}

func TestDamagedSettingsAreReported(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), dir) {
		t.Errorf("Start: %v, want the damaged file named", err)
	}
}
