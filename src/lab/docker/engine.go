package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bitpin/exchange/src/lab/debian"
	"github.com/bitpin/exchange/src/lab/runtime"
)

// startTimeout bounds how long the engine may take to answer once it was started.
const startTimeout = time.Minute

// Ensure returns once a Docker engine answers. As root on Debian or Ubuntu it
// installs the engine if it is missing and starts it if it does not run; elsewhere
// it says what to do. Files of an engine that it starts by hand lie in dir. wrapper
// is a program that, called with the argument runc, stands in for runc where
// package runtime says that one is needed.
func Ensure(ctx context.Context, dir, wrapper string, say func(format string, args ...any)) error {
	cause := Answers(ctx)
	if cause == nil {
		return nil
	}
	system := debian.Detect()
	if !system.CanInstall() {
		return fmt.Errorf("a Docker engine is needed (%w): install and start Docker, or run this as root on Debian or Ubuntu, where that is done for you", cause)
	}
	if _, err := exec.LookPath("dockerd"); err != nil {
		say("Installing Docker (package docker.io)")
		if err := debian.Install(ctx, "docker.io", "iptables"); err != nil {
			return fmt.Errorf("installing Docker: %w", err)
		}
	}
	needed, err := runtime.Needed()
	if err != nil {
		return err
	}
	say("Starting Docker")
	if _, err := os.Stat("/run/systemd/system"); err == nil && !needed {
		if out, err := exec.CommandContext(ctx, "systemctl", "start", "docker").CombinedOutput(); err != nil {
			return fmt.Errorf("starting Docker: %w: %s", err, out)
		}
		return await(ctx, nil)
	}
	return start(ctx, dir, wrapper, needed)
}

// start runs the engine by hand; it goes on when we end. One that is on its way
// already, begun by a command that was killed, is waited for.
func start(ctx context.Context, dir, wrapper string, wrapped bool) error {
	if pid, err := enginePID(dir); err != nil || pid != 0 {
		return errors.Join(err, await(ctx, nil))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "dockerd.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	args := []string{"--pidfile", pidFile(dir)}
	if wrapped {
		script, err := writeWrapper(dir, wrapper)
		if err != nil {
			return err
		}
		args = append(args, "--add-runtime", "lab="+script, "--default-runtime", "lab")
	}
	cmd := exec.Command("dockerd", args...) // it outlives us
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting Docker: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if err := await(ctx, ended); err != nil {
		return fmt.Errorf("%w; its log is %s", err, log.Name())
	}
	return nil
}

// writeWrapper makes the program that the engine calls in place of runc. It is a
// copy, so that building our own program again does not disturb the engine.
func writeWrapper(dir, program string) (string, error) {
	text, err := os.ReadFile(program)
	if err != nil {
		return "", fmt.Errorf("making a wrapper for runc: %w", err)
	}
	copied := filepath.Join(dir, "runc-wrapper")
	if err := os.WriteFile(copied, text, 0o755); err != nil {
		return "", fmt.Errorf("making a wrapper for runc: %w", err)
	}
	script := filepath.Join(dir, "runc-lab")
	call := fmt.Sprintf("#!/bin/sh\nexec %q runc \"$@\"\n", copied)
	if err := os.WriteFile(script, []byte(call), 0o755); err != nil {
		return "", fmt.Errorf("making a wrapper for runc: %w", err)
	}
	return script, nil
}

func pidFile(dir string) string { return filepath.Join(dir, "dockerd.pid") }

// await returns once the engine answers, or has ended.
func await(ctx context.Context, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		cause := Answers(ctx)
		if cause == nil {
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("docker's engine ended at once: %w", errors.Join(err, cause))
		case <-ctx.Done():
			return fmt.Errorf("docker's engine does not answer: %w", cause)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Stop ends an engine that Ensure started by hand with the same dir, if one runs.
func Stop(ctx context.Context, dir string) error {
	pid, err := enginePID(dir)
	if err != nil || pid == 0 {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stopping Docker: %w", err)
	}
	for syscall.Kill(pid, 0) == nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("stopping Docker: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// enginePID returns the process of an engine that was started by hand with the same
// dir; 0 if none runs.
func enginePID(dir string) (int, error) {
	text, err := os.ReadFile(pidFile(dir))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 {
		return 0, fmt.Errorf("%s does not hold a process number", pidFile(dir))
	}
	program, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil || strings.TrimSpace(string(program)) != "dockerd" {
		return 0, nil //nolint:nilerr // it has ended
	}
	return pid, nil
}
