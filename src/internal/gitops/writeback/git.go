package writeback

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// gitError is what git said when it failed.
type gitError struct {
	command string
	err     error
	stderr  string
}

func (e *gitError) Error() string {
	if e.stderr == "" {
		return fmt.Sprintf("git %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("git %s: %s", e.command, e.stderr)
}

func (e *gitError) Unwrap() error { return e.err }

// call is one run of git.
type call struct {
	stdin []byte
	env   []string
}

// run runs git in the clone and returns what it printed. Its messages are in English, and
// it starts no maintenance in the background.
func (c call) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	args = append([]string{"-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.quotePath=false"}, args...)
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // what a stranger could name is validated, and behind "--"
	cmd.Dir = dir
	cmd.Env = append(append(cmd.Environ(), "LC_ALL=C"), c.env...)
	cmd.Stdin = bytes.NewReader(c.stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return stdout.Bytes(), &gitError{args[6], err, strings.TrimSpace(stderr.String())}
	}
	return stdout.Bytes(), nil
}

// git runs git at the root of the clone and returns what it printed, trimmed.
func (r *Repository) git(ctx context.Context, args ...string) (string, error) {
	out, err := call{}.run(ctx, r.top, args...)
	return strings.TrimSpace(string(out)), err
}
