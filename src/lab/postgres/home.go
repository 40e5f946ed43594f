package postgres

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/guard"
)

// home is a server's directory. In it are the lock, the data, the server's log and
// a file with the passwords and the port.
type home struct {
	dir       *os.File // open, so that the server's user can reach it
	lock      *os.File
	temporary bool
	settings  settings
}

// settings outlive the process, so that URLs stay the same.
type settings struct {
	SuperuserPassword string
	UserPassword      string
	Port              int
}

const (
	lockFile     = "lock"
	dataDir      = "data"
	newDataDir   = "data.new"
	logFile      = "server.log"
	passwordFile = "password.new"
	settingsFile = "settings.json"
)

// InUseError says that another process runs a server in the directory.
type InUseError struct {
	Dir string
	PID string
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("the PostgreSQL in %s is already run by process %s: stop that first", e.Dir, e.PID)
}

// openHome makes the directory if need be, and locks it against other processes.
func openHome(dir string) (h *home, err error) {
	h = &home{}
	if dir == "" {
		h.temporary = true
		if dir, err = os.MkdirTemp("", "exchange-postgres-"); err != nil {
			return nil, fmt.Errorf("making a directory for PostgreSQL: %w", err)
		}
	} else if dir, err = filepath.Abs(dir); err != nil {
		return nil, fmt.Errorf("finding PostgreSQL's directory: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	// Others may pass through but not look around: everything inside has its own mode.
	if err := os.MkdirAll(dir, 0o711); err != nil { //nolint:gosec // see above
		return h, fmt.Errorf("making PostgreSQL's directory: %w", err)
	}
	if h.dir, err = os.Open(dir); err != nil {
		return h, fmt.Errorf("opening PostgreSQL's directory: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // see above
		return h, fmt.Errorf("preparing PostgreSQL's directory: %w", err)
	}
	if err := h.acquire(); err != nil {
		return h, err
	}
	return h, h.load()
}

func (h *home) path(name string) string { return filepath.Join(h.dir.Name(), name) }

// acquire takes the lock, which the system gives back however we end.
func (h *home) acquire() error {
	f, err := os.OpenFile(h.path(lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("locking PostgreSQL's directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		owner, _ := os.ReadFile(h.path(lockFile)) // for the message only
		return errors.Join(&InUseError{h.dir.Name(), strings.TrimSpace(string(owner))}, f.Close())
	}
	h.lock = f
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("locking PostgreSQL's directory: %w", err)
	}
	if _, err := fmt.Fprintln(f, os.Getpid()); err != nil {
		return fmt.Errorf("locking PostgreSQL's directory: %w", err)
	}
	return nil
}

func (h *home) load() error {
	text, err := os.ReadFile(h.path(settingsFile))
	if errors.Is(err, os.ErrNotExist) {
		h.settings = settings{SuperuserPassword: rand.Text(), UserPassword: rand.Text()}
		return h.save()
	}
	if err != nil {
		return fmt.Errorf("reading PostgreSQL's settings: %w", err)
	}
	if err := json.Unmarshal(text, &h.settings); err != nil || h.settings.SuperuserPassword == "" || h.settings.UserPassword == "" {
		return fmt.Errorf("reading %s: the file is damaged; remove %s to start afresh: %w", h.path(settingsFile), h.dir.Name(), err)
	}
	return nil
}

// save replaces the file as a whole, so that a full disk cannot damage it.
func (h *home) save() error {
	text, err := json.MarshalIndent(h.settings, "", "  ")
	if err != nil {
		return err
	}
	temporary := h.path(settingsFile + ".new")
	if err := os.WriteFile(temporary, text, 0o600); err != nil {
		return fmt.Errorf("saving PostgreSQL's settings: %w", err)
	}
	if err := os.Rename(temporary, h.path(settingsFile)); err != nil {
		return fmt.Errorf("saving PostgreSQL's settings: %w", err)
	}
	return nil
}

// close gives the directory up, and removes it if it is temporary.
func (h *home) close() error {
	var err error
	if h.temporary && h.dir != nil {
		err = os.RemoveAll(h.dir.Name())
	}
	for _, f := range []*os.File{h.dir, h.lock} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// major returns the version that made the data, 0 if there is none yet.
func (h *home) major() (int, error) {
	text, err := os.ReadFile(h.path(dataDir + "/PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the data's version: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// initialise makes the data. It is made under another name first: what was
// interrupted or ran out of disk is never mistaken for data.
func (h *home) initialise(ctx context.Context, b Binaries, who identity) error {
	fresh := h.path(newDataDir)
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing what an interrupted start left: %w", err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	if err := os.WriteFile(h.path(passwordFile), []byte(h.settings.SuperuserPassword+"\n"), 0o600); err != nil {
		return fmt.Errorf("handing over the password: %w", err)
	}
	defer os.Remove(h.path(passwordFile)) //nolint:errcheck // what it holds is in the settings too
	if err := errors.Join(who.own(fresh), who.own(h.path(passwordFile))); err != nil {
		return err
	}
	cmd := who.command(h.dir, b.path("initdb"), func(path func(string) string) []string {
		return []string{
			"--pgdata=" + path(newDataDir), "--pwfile=" + path(passwordFile), "--username=" + Superuser,
			"--auth-local=reject", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions",
		}
	})
	if out, err := combinedOutput(ctx, cmd); err != nil {
		return fmt.Errorf("making the data directory %s: initdb: %w:\n%s", h.path(dataDir), err, lastLines(out, 8))
	}
	if err := os.Rename(fresh, h.path(dataDir)); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	return nil
}

// afterUs ends the server that a process of ours left behind. It is told the
// server's process; its arguments are the signal, the directory, and what becomes
// of that.
const afterUs = `if [ -n "$told" ] && kill -s "$1" "$told"; then
	for _ in $(seq 600); do kill -0 "$told" || break; sleep 0.1; done
fi
[ "$3" = keep ] || rm -rf -- "$2"`

func (h *home) guard() (*guard.Guard, error) {
	if h.temporary {
		return guard.Start(afterUs, "QUIT", h.dir.Name(), "remove")
	}
	return guard.Start(afterUs, "INT", h.dir.Name(), "keep") // a checkpoint: the next start needs no recovery
}

// combinedOutput runs a command; the context's end kills it and its children.
func combinedOutput(ctx context.Context, cmd *exec.Cmd) (string, error) {
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stop()
	err := cmd.Wait()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return out.String(), err
}

// awaitPredecessor waits until the server of a process that was killed is gone: it
// may still be writing its last checkpoint. A pid file without a process is stale,
// and PostgreSQL itself sees that.
func (h *home) awaitPredecessor(ctx context.Context) error {
	text, err := os.ReadFile(h.path(dataDir + "/postmaster.pid"))
	if err != nil {
		return nil //nolint:nilerr // no file, no predecessor
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid <= 1 {
		return nil //nolint:nilerr // PostgreSQL says what is wrong with the file
	}
	for deadline := time.Now().Add(20 * time.Second); isServer(pid) && time.Now().Before(deadline); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	if isServer(pid) {
		return &InUseError{h.dir.Name(), first}
	}
	return nil
}

// isServer reports whether a process lives and, where that can be told, is a
// PostgreSQL server.
func isServer(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err != nil || strings.HasPrefix(string(name), "postgres")
}
