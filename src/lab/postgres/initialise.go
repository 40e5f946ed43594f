package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// initialise makes the data. It is made under another name first: what was
// interrupted or ran out of disk is never mistaken for data.
func (h *home) initialise(ctx context.Context, e engine) error {
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
	defer os.Remove(h.path(passwordFile))
	if err := errors.Join(e.own(fresh), e.own(h.path(passwordFile))); err != nil {
		return err
	}
	cmd := e.command(h.dir, program{name: "initdb", args: func(path func(string) string) []string {
		return []string{
			"--pgdata=" + path(newDataDir), "--pwfile=" + path(passwordFile), "--username=" + Superuser,
			"--auth-local=reject", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions",
		}
	}})
	if out, err := combinedOutput(ctx, cmd); err != nil {
		return fmt.Errorf("making the data directory %s: initdb: %w:\n%s", h.path(dataDir), err, lastLines(out, 8))
	}
	if err := os.Rename(fresh, h.path(dataDir)); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	return nil
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
