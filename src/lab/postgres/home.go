package postgres

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bitpin/exchange/src/lab/guard"
	"github.com/bitpin/exchange/src/lab/lock"
)

// home is a server's directory. In it are the lock, the data, the server's log and
// a file with the passwords and the port.
type home struct {
	dir       *os.File // open, so that the server's user can reach it
	lock      *lock.Lock
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
	PID int
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("the PostgreSQL in %s is already run by process %d: stop that first", e.Dir, e.PID)
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
	err = h.load()
	return h, err
}

func (h *home) path(name string) string { return filepath.Join(h.dir.Name(), name) }

// acquire takes the lock, which the system gives back however we end.
func (h *home) acquire() (err error) {
	var held *lock.HeldError
	h.lock, err = lock.Acquire(h.path(lockFile))
	if errors.As(err, &held) {
		return &InUseError{h.dir.Name(), held.PID}
	}
	return err
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
	if h.dir != nil {
		err = errors.Join(err, h.dir.Close())
	}
	return errors.Join(err, h.lock.Release())
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

// Remove removes a server's directory with all its data, once the server is gone.
// A directory that does not exist is no error; one in use is an *InUseError.
func Remove(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	h, err := openHome(dir)
	if err != nil {
		return err
	}
	if err := h.awaitPredecessor(ctx); err != nil {
		return errors.Join(err, h.close())
	}
	h.temporary = true
	return h.close()
}
