package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// gitPort is the port of the Git server, Git's own.
const gitPort = 9418

// RepositoryURL is what Argo CD reads.
const RepositoryURL = "git://" + gateway + "/exchange.git"

// git runs Git on the snapshot's repository, with a work tree, and without the
// user's hooks, signatures and identity.
func (l *Lab) git(ctx context.Context, tree string, args ...string) (string, error) {
	base := []string{"--git-dir", l.Repository(), "--work-tree", tree,
		"-c", "user.name=cluster", "-c", "user.email=cluster@localhost", "-c", "commit.gpgsign=false",
		"-c", "core.hooksPath=/dev/null", "-c", "core.excludesFile=/dev/null", "-c", "core.bare=false", "-c", "core.autocrlf=false"}
	cmd := exec.CommandContext(ctx, "git", append(base, args...)...)
	cmd.Dir = tree
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// snapshot commits the work tree, with what is not committed there yet, to the
// repository that Argo CD reads, after edit has changed what only the lab needs. It
// returns the commit. The user's repository is only read.
func (l *Lab) snapshot(ctx context.Context, edit func(tree string) error) (string, error) {
	if err := l.initRepository(ctx); err != nil {
		return "", err
	}
	tree := l.dir("tree")
	if err := os.RemoveAll(tree); err != nil {
		return "", err
	}
	if err := os.MkdirAll(tree, 0o755); err != nil {
		return "", err
	}
	if _, err := l.git(ctx, l.Root, "add", "--all", "."); err != nil {
		return "", fmt.Errorf("reading the work tree: %w", err)
	}
	if _, err := l.git(ctx, l.Root, "checkout-index", "--all", "--force", "--prefix", tree+"/"); err != nil {
		return "", fmt.Errorf("copying the work tree: %w", err)
	}
	if err := edit(tree); err != nil {
		return "", fmt.Errorf("fitting the snapshot to this machine: %w", err)
	}
	if _, err := l.git(ctx, tree, "add", "--all", "."); err != nil {
		return "", err
	}
	if _, err := l.git(ctx, tree, "diff", "--cached", "--quiet", "HEAD"); err != nil {
		if _, err := l.git(ctx, tree, "commit", "--quiet", "--message", "Snapshot of the work tree"); err != nil {
			return "", fmt.Errorf("committing the snapshot: %w", err)
		}
	}
	return l.git(ctx, tree, "rev-parse", "HEAD")
}

// initRepository makes the repository, or completes one that was begun. Nobody else
// writes to it: a lock in it is of a Git that was killed.
func (l *Lab) initRepository(ctx context.Context) error {
	for _, file := range []string{"index", "HEAD", "config", "packed-refs", "refs/heads/main"} {
		if err := os.Remove(filepath.Join(l.Repository(), file+".lock")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	out, err := exec.CommandContext(ctx, "git", "init", "--quiet", "--bare", "--initial-branch=main", l.Repository()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("making the repository that Argo CD reads: %w: %s", err, out)
	}
	return nil
}

// serveRepository lets the cluster, and nobody else, read the repository. The server
// goes on when we end.
func (l *Lab) serveRepository(ctx context.Context) error {
	address := net.JoinHostPort(gateway, strconv.Itoa(gitPort))
	if l.gitServerPID() != 0 && dials(address) {
		return nil
	}
	out, err := exec.CommandContext(ctx, "git", "daemon", "--detach", "--reuseaddr", "--export-all", "--listen="+gateway,
		"--port="+strconv.Itoa(gitPort), "--pid-file="+l.dir("git-daemon.pid"), "--base-path="+l.dir(), l.Repository()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("serving the repository on %s: %w: %s", address, err, out)
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if dials(address) {
			return nil
		}
	}
	return fmt.Errorf("the Git server does not answer on %s", address)
}

func dials(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// gitServerPID returns the server's process, 0 if none runs.
func (l *Lab) gitServerPID() int {
	text, err := os.ReadFile(l.dir("git-daemon.pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 {
		return 0
	}
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !strings.Contains(string(command), l.Repository()) {
		return 0
	}
	return pid
}

// stopRepository ends the Git server, if one runs.
func (l *Lab) stopRepository() error {
	if pid := l.gitServerPID(); pid != 0 {
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping the Git server: %w", err)
		}
	}
	if err := os.Remove(l.dir("git-daemon.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
