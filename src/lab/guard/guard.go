// Package guard cleans up after a process of ours that could not do it itself:
// one that was killed, or a test binary, which just exits.
package guard

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// Guard waits for the end of this process.
type Guard struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

// Start has /bin/sh run a script once this process has ended, however it ended,
// unless Dismiss is called before. The arguments are the script's "$1" and so on;
// "$told" is what Tell said last.
func Start(script string, args ...string) (*Guard, error) {
	// The shell reads from a pipe that only we hold open. It has its own process
	// group, so that Ctrl-C does not reach it, and no output, so that nobody who
	// reads ours waits for it.
	script = "told=\nwhile read -r line; do told=$line; done\n" + script
	cmd := exec.Command("/bin/sh", append([]string{"-c", script, "guard"}, args...)...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting a guard: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a guard: %w", err)
	}
	return &Guard{cmd, pipe}, nil
}

// Tell gives the script a word, such as the id of a process that it must end.
func (g *Guard) Tell(word string) error {
	if _, err := fmt.Fprintln(g.pipe, word); err != nil {
		return fmt.Errorf("telling the guard: %w", err)
	}
	return nil
}

// Dismiss ends the guard; its script will not run. It may be called on nil.
func (g *Guard) Dismiss() {
	if g == nil {
		return
	}
	_ = g.cmd.Process.Kill()
	_ = g.cmd.Wait() // "signal: killed", as asked; it closes the pipe too
}
