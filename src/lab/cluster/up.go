package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/lab/airgap"
	"github.com/bitpin/exchange/src/lab/docker"
	"github.com/bitpin/exchange/src/lab/lock"
	"github.com/bitpin/exchange/src/lab/space"
)

// missing says what a cluster without a registry goes without.
const missing = "Without a registry there are no Calico (kube-router enforces the same NetworkPolicies), ingress-nginx (Traefik serves the same Ingress), " +
	"Grafana, Fluent Bit, Elasticsearch and Kibana: their sources are not Go modules or Debian packages."

// kubernetesVersion is what tests/airgap/kubernetes pins.
const kubernetesVersion = "v1.34.1"

// syncTimeout bounds how long the Applications may take to settle.
const syncTimeout = 15 * time.Minute

// Up brings a cluster up, or an existing one up to date with the work tree. It may be
// interrupted at any point and called again.
func (l *Lab) Up(ctx context.Context, kind Kind, why string) error {
	began := time.Now()
	if err := checkTools(); err != nil {
		return err
	}
	if err := os.MkdirAll(l.dir("bin"), 0o700); err != nil {
		return err
	}
	held, err := l.acquire()
	if err != nil {
		return err
	}
	defer func() { _ = held.Release() }()
	l.say("Cluster %s, because %s", kind, why)
	if kind == Airgap {
		l.say(missing)
	}
	if err := l.prepare(ctx, kind); err != nil {
		return err
	}
	if err := os.WriteFile(l.dir("kind"), []byte(kind), 0o600); err != nil {
		return err
	}
	node, err := l.build(ctx, kind)
	if err != nil {
		return err
	}
	exchange, err := l.make(ctx, kind, node)
	if err != nil {
		return err
	}
	commit, err := l.commit(ctx, exchange)
	if err != nil {
		return err
	}
	if err := l.bootstrap(ctx, kind, l.dir("tree")); err != nil {
		return fmt.Errorf("bootstrapping: %w", err)
	}
	if err := l.settle(ctx, commit); err != nil {
		return err
	}
	if err := l.demo(ctx); err != nil {
		return err
	}
	l.welcome(kind, time.Since(began))
	return nil
}

func (l *Lab) acquire() (*lock.Lock, error) {
	held, err := lock.Acquire(l.dir("lock"))
	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, fmt.Errorf("process %d works on this cluster already: wait for it, or stop it", other.PID)
	}
	return held, err
}

// prepare sees to everything that can be missing before anything is made.
func (l *Lab) prepare(ctx context.Context, kind Kind) error {
	if kind == Airgap && os.Geteuid() != 0 {
		return errors.New("building images from Debian's packages needs root: run make up as root, or CLUSTER=kind where container registries can be reached")
	}
	if err := docker.Ensure(ctx, l.dir("docker"), l.Program, l.say); err != nil {
		return err
	}
	if err := checkPorts(ctx); err != nil {
		return err
	}
	root, err := docker.Output(ctx, "info", "--format", "{{.DockerRootDir}}")
	if err != nil {
		return err
	}
	if _, err := os.Stat(root); err == nil && !docker.Exists(ctx, "container", nodeName) { // else it is on another machine
		return space.Check(root, spaceCluster)
	}
	return nil
}

// build builds kind and, where nothing can be pulled, the images. It returns the
// node's image; empty for the one that kind pulls.
func (l *Lab) build(ctx context.Context, kind Kind) (string, error) {
	if _, err := l.kindProgram(ctx); err != nil || kind == Pulled {
		return "", err
	}
	builder, err := l.builder()
	if err != nil {
		return "", err
	}
	defer func() { _ = builder.Close() }()
	images, err := l.images(ctx, builder, nil)
	if err != nil {
		return "", err
	}
	source, err := l.kindSource(ctx)
	if err != nil {
		return "", err
	}
	for _, image := range images {
		if image.Recipe.Outside && !docker.Exists(ctx, "image", image.Recipe.References[0]) {
			if err := docker.LoadImage(ctx, image.File); err != nil {
				return "", err
			}
		}
	}
	return builder.Node(ctx, images, source, kubernetesVersion)
}

// Images builds images of a cluster without a registry: those named, or all.
func (l *Lab) Images(ctx context.Context, only []string) ([]airgap.Image, error) {
	builder, err := l.builder()
	if err != nil {
		return nil, err
	}
	defer func() { _ = builder.Close() }()
	return l.images(ctx, builder, only)
}

func (l *Lab) images(ctx context.Context, builder *airgap.Builder, only []string) ([]airgap.Image, error) {
	recipes, err := airgap.Load(filepath.Join(l.Root, "tests", "airgap"))
	if err != nil {
		return nil, err
	}
	if len(only) > 0 {
		recipes = slices.DeleteFunc(recipes, func(r airgap.Recipe) bool { return !slices.Contains(only, r.Name) })
		if len(recipes) == 0 {
			return nil, fmt.Errorf("no image is called %s", strings.Join(only, " or "))
		}
	}
	return builder.Build(ctx, recipes)
}

// builder keeps images in the user's cache, which clones of this repository share.
func (l *Lab) builder() (*airgap.Builder, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("looking for a place to keep images: %w", err)
	}
	builder, err := airgap.Open(filepath.Join(cache, "bitpin-exchange", "airgap"), runtime.NumCPU(), l.say)
	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, fmt.Errorf("process %d builds images for another cluster: wait for it, or stop it", other.PID)
	}
	return builder, err
}

// make creates the cluster, the machines beside it and the exchange's image, as much
// as possible at once.
func (l *Lab) make(ctx context.Context, kind Kind, node string) (exchange image.Reference, err error) {
	if err := ensureNetwork(ctx); err != nil {
		return exchange, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return l.ensureMachines(ctx, kind) })
	group.Go(func() error {
		if err := l.ensureCluster(ctx, kind, node); err != nil {
			return err
		}
		l.say("Building the exchange's image")
		var err error
		exchange, err = l.loadExchange(ctx)
		return err
	})
	err = group.Wait()
	return exchange, err
}

// commit makes the snapshot that Argo CD reads, and serves it.
func (l *Lab) commit(ctx context.Context, exchange image.Reference) (string, error) {
	commit, err := l.snapshot(ctx, func(tree string) error { return fit(tree, exchange) })
	if err != nil {
		return "", err
	}
	return commit, l.serveRepository(ctx)
}

// settle waits until every Application is as the commit says and healthy, and shows
// how far they are.
func (l *Lab) settle(ctx context.Context, commit string) error {
	c, err := l.client()
	if err != nil {
		return err
	}
	if err := c.refresh(ctx, rootApplication); err != nil {
		return err
	}
	l.say("Waiting until everything is as commit %.12s says", commit)
	board := newBoard(l.Out)
	again := time.NewTicker(2 * time.Second)
	defer again.Stop()
	return await(ctx, syncTimeout, "the Applications", func(ctx context.Context) (string, error) {
		applications, err := c.applications(ctx)
		if err != nil {
			return "", err
		}
		board.show(applications)
		return l.unsettled(ctx, c, applications, commit, again), nil
	})
}

// rootApplication makes all others.
const rootApplication = "root"

// unsettled names the first Application that is not done. Argo CD is asked to look
// again at one that has not seen the commit, and at one whose health alone is missing,
// and at the root: the health of what they made is sometimes noticed minutes late.
func (l *Lab) unsettled(ctx context.Context, c *client, applications []Application, commit string, again *time.Ticker) string {
	for _, a := range applications {
		seen := a.Revision == commit || a.Sync == "Unknown"
		if seen && a.Settled() {
			continue
		}
		select {
		case <-again.C:
			if !seen || a.Sync == "Synced" || a.Name == rootApplication {
				_ = c.refresh(ctx, a.Name) // it is tried again
			}
		default:
		}
		if !seen {
			return a.Name + " has not seen the commit"
		}
		return fmt.Sprintf("%s is %s and %s: %s", a.Name, a.Sync, a.Health, a.Message)
	}
	if len(applications) < 2 {
		return "the root Application has made no other"
	}
	return ""
}

// Sync hands the work tree to Argo CD again and waits.
func (l *Lab) Sync(ctx context.Context) error {
	kind, err := l.up()
	if err != nil {
		return err
	}
	held, err := l.acquire()
	if err != nil {
		return err
	}
	defer func() { _ = held.Release() }()
	l.say("Building the exchange's image")
	exchange, err := l.loadExchange(ctx)
	if err != nil {
		return err
	}
	commit, err := l.commit(ctx, exchange)
	if err != nil {
		return err
	}
	if err := l.settle(ctx, commit); err != nil {
		return err
	}
	l.say("Cluster %s is as the work tree says", kind)
	return nil
}

// up returns the cluster's kind, or says that there is none.
func (l *Lab) up() (Kind, error) {
	kind, err := l.Kind()
	if err == nil && kind == "" {
		err = errors.New("there is no cluster: make up makes one")
	}
	return kind, err
}

// Status prints the Applications.
func (l *Lab) Status(ctx context.Context) error {
	if _, err := l.up(); err != nil {
		return err
	}
	c, err := l.client()
	if err != nil {
		return err
	}
	applications, err := c.applications(ctx)
	if err != nil {
		return err
	}
	writeTable(l.Out, applications)
	return nil
}
