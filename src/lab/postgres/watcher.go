package postgres

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// watcher stops the server when we are gone without having stopped it: killed, or
// a test binary that just exits. It reads from a pipe that only we hold open.
type watcher struct {
	cmd  *exec.Cmd
	pipe io.Closer
}

// The script gets the directory, the signal and whether to remove the directory.
const watch = `read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) &&
kill -s "$2" "$pid" 2>/dev/null &&
for _ in $(seq 600); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
[ "$3" = keep ] || rm -rf -- "$1"`

func startWatcher(h *home) (*watcher, error) {
	signal, end := "INT", "keep" // a fast shutdown: the next start needs no recovery
	if h.temporary {
		signal, end = "QUIT", "remove"
	}
	cmd := exec.Command("/bin/sh", "-c", watch, "watch", h.dir.Name(), signal, end) //nolint:gosec // constant script
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("watching over PostgreSQL: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("watching over PostgreSQL: %w", err)
	}
	return &watcher{cmd, pipe}, nil
}

// dismiss ends the watch; from here on we stop the server ourselves.
func (w *watcher) dismiss() {
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait() // "signal: killed", as asked; it closes the pipe too
}
