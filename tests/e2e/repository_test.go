//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const rolledOut = 5 * time.Minute // is a commit by then

// clone is a clone of the repository that Argo CD reads.
type clone struct {
	t   *testing.T
	dir string
}

// newClone clones the repository. When the test ends, the repository has the files
// that it has now, and the cluster follows.
func newClone(t *testing.T) *clone {
	t.Helper()
	c := &clone{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	c.run(".", "git", "clone", "--quiet", site.lab.Repository(), c.dir)
	c.git("config", "user.name", "e2e")
	c.git("config", "user.email", "e2e@localhost")
	before := c.git("rev-parse", "HEAD")
	t.Cleanup(func() {
		if c.git("rev-parse", "HEAD^{tree}") == c.git("rev-parse", before+"^{tree}") {
			return
		}
		c.git("read-tree", "-u", "--reset", before)
		site.follows(t, c.push("Restore what was there"))
	})
	return c
}

// run runs a command, which ends the test if it fails. It outlives the test's context,
// for what cleans up.
func (c *clone) run(dir, name string, args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(c.t.Context()), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %s: %v:\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (c *clone) git(args ...string) string { c.t.Helper(); return c.run(c.dir, "git", args...) }

// edit replaces text in a file, where it must stand once.
func (c *clone) edit(file, old, replacement string) {
	c.t.Helper()
	path := filepath.Join(c.dir, file)
	content, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	if n := strings.Count(string(content), old); n != 1 {
		c.t.Fatalf("%s has %q %d times:\n%s", file, old, n, content)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(content), old, replacement, 1)), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// push commits all changes, pushes them, and tells Argo CD. It returns the commit.
func (c *clone) push(message string) string {
	c.t.Helper()
	c.git("add", "--all")
	c.git("commit", "--quiet", "--message", message)
	c.git("push", "--quiet", "origin", "HEAD:main")
	return c.tell()
}

// pull takes over what somebody else pushed, and tells Argo CD. It returns the commit.
func (c *clone) pull() string {
	c.t.Helper()
	c.git("pull", "--quiet", "--ff-only", "origin", "main")
	return c.tell()
}

// tell has Argo CD look at Git, as a webhook would. It returns the commit of the clone.
func (c *clone) tell() string {
	c.t.Helper()
	if err := site.Refresh(context.WithoutCancel(c.t.Context()), appName); err != nil {
		c.t.Fatal(err)
	}
	return c.git("rev-parse", "HEAD")
}

// undo pushes the files of the commit before.
func (c *clone) undo() string {
	c.t.Helper()
	c.git("read-tree", "-u", "--reset", "HEAD~1")
	return c.push("Undo")
}

// application is what Argo CD says of the exchange's Application.
type application struct{ sync, revision, health, phase, synced, message string }

func (p *platform) application(ctx context.Context) (application, error) {
	o, err := p.Dynamic.Resource(applications).Namespace("argocd").Get(ctx, appName, metav1.GetOptions{})
	if err != nil {
		return application{}, err
	}
	a := application{
		sync: text(o.Object, "status", "sync", "status"), revision: text(o.Object, "status", "sync", "revision"),
		health: text(o.Object, "status", "health", "status"),
		phase:  text(o.Object, "status", "operationState", "phase"), synced: text(o.Object, "status", "operationState", "syncResult", "revision"),
		message: text(o.Object, "status", "operationState", "message"),
	}
	conditions, _, err := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		a.message += "; " + text(condition, "type") + ": " + text(condition, "message")
	}
	return a, err
}

// behind says how the Application differs from a commit; it is empty if the commit was
// compared with and is healthy, and whatever had to be done for it is done.
func (p *platform) behind(commit string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		a, err := p.application(ctx)
		if err != nil || a.revision == commit && a.sync == "Synced" && a.health == "Healthy" && a.phase == "Succeeded" {
			return "", err
		}
		return fmt.Sprintf("it is at %.12s, %s and %s; the last sync, of %.12s: %s: %s", a.revision, a.sync, a.health, a.synced, a.phase, a.message), nil
	}
}

// follows waits until the cluster is as a commit says, and returns how long it took.
func (p *platform) follows(t *testing.T, commit string) time.Duration {
	t.Helper()
	began := time.Now()
	for behind := p.behind(commit); ; time.Sleep(100 * time.Millisecond) {
		missing, err := behind(context.WithoutCancel(t.Context()))
		if err == nil && missing == "" {
			return time.Since(began)
		}
		if time.Since(began) > rolledOut {
			t.Fatalf("after %s, the exchange is not as commit %.12s says: %s", rolledOut, commit, because(missing, err))
		}
	}
}
