//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"sigs.k8s.io/e2e-framework/pkg/env"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/envfuncs"
	"sigs.k8s.io/e2e-framework/pkg/features"
	"sigs.k8s.io/e2e-framework/support/kind"

	"github.com/bitpin/exchange/src/lab/cluster"
	"github.com/bitpin/exchange/src/lab/local"
)

var (
	tests  env.Environment
	site   *platform
	failed atomic.Bool
)

func TestMain(m *testing.M) {
	cfg, err := envconf.NewFromFlags()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(2)
	}
	r := &run{reuse: os.Getenv("E2E_REUSE") == "1", kind: os.Getenv("CLUSTER")}
	tests = env.NewWithConfig(cfg)
	tests.Setup(r.find, r.up, r.attach, r.hold)
	tests.BeforeEachFeature(r.begin).AfterEachFeature(r.end)
	for _, finish := range []env.Func{r.export, r.print, r.release, r.down} { // each, whatever becomes of the others
		tests.Finish(told(finish))
	}
	os.Exit(tests.Run(m))
}

// told says what is wrong. The framework does not.
func told(f env.Func) env.Func {
	return func(ctx context.Context, cfg *envconf.Config) (context.Context, error) {
		if _, err := f(ctx, cfg); err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
		}
		return ctx, nil
	}
}

// TestPlatform goes from what disturbs nothing to what does.
func TestPlatform(t *testing.T) {
	t.Cleanup(func() { failed.Store(t.Failed()) })
	tests.Test(t, synced(), ports(), ingress(), metrics(), pods(), kubeadm(), database(), gitops(), failover())
}

// run is a run of the suite: the cluster that it uses, and what took how long.
type run struct {
	reuse   bool
	kind    string
	lab     *cluster.Lab
	made    bool // the cluster, by us
	unhold  func() error
	began   time.Time
	entries []entry
}

type entry struct {
	feature string
	took    time.Duration
}

func (r *run) find(ctx context.Context, _ *envconf.Config) (context.Context, error) {
	tree, err := local.FindTree(".")
	if err != nil {
		return ctx, err
	}
	r.lab = &cluster.Lab{Root: tree.Root, Out: os.Stdout, Program: filepath.Join(tree.Local, "bin", "cluster")}
	return ctx, nil
}

// up brings a cluster up, unless the one that is up shall be used.
func (r *run) up(ctx context.Context, _ *envconf.Config) (context.Context, error) {
	is, err := r.lab.Kind()
	switch {
	case err != nil:
		return ctx, err
	case r.reuse && is == "":
		return ctx, errors.New("E2E_REUSE=1, and there is no cluster: make up makes one")
	case r.reuse:
		return ctx, nil
	case is != "":
		return ctx, errors.New("a cluster is there already: E2E_REUSE=1 uses it, make down removes it")
	}
	r.made = true
	began := time.Now()
	err = r.call(ctx, "up", "--cluster", r.kind)
	r.entries = append(r.entries, entry{"make up", time.Since(began)})
	if err != nil {
		failed.Store(true)
	}
	return ctx, err
}

// call runs the command of the clusters of this machine.
func (r *run) call(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, r.lab.Program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = r.lab.Root, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cluster %s: %w", args[0], err)
	}
	return nil
}

// attach finds the cluster through the framework's provider of kind, with the kind
// that the repository pins.
func (r *run) attach(ctx context.Context, cfg *envconf.Config) (context.Context, error) {
	ctx, err := envfuncs.CreateClusterWithOpts(kind.NewProvider(), cluster.Name, kind.WithPath(r.lab.KindProgram()))(ctx, cfg)
	if err != nil {
		return ctx, err
	}
	site, err = newPlatform(ctx, r.lab)
	return ctx, err
}

// hold keeps make sync and make down away meanwhile.
func (r *run) hold(ctx context.Context, _ *envconf.Config) (context.Context, error) {
	var err error
	r.unhold, err = r.lab.Hold()
	return ctx, err
}

func (r *run) begin(ctx context.Context, _ *envconf.Config, _ *testing.T, _ features.Feature) (context.Context, error) {
	r.began = time.Now()
	return ctx, nil
}

func (r *run) end(ctx context.Context, _ *envconf.Config, _ *testing.T, f features.Feature) (context.Context, error) {
	if took := time.Since(r.began); took > time.Millisecond { // else it was not asked for
		r.entries = append(r.entries, entry{f.Name(), took})
	}
	return ctx, nil
}

// print tells what took how long.
func (r *run) print(ctx context.Context, _ *envconf.Config) (context.Context, error) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	var sum time.Duration
	for _, e := range r.entries {
		sum += e.took
		fmt.Fprintf(table, "%s\t%s\n", e.feature, e.took.Round(100*time.Millisecond))
	}
	fmt.Fprintf(table, "together\t%s\n", sum.Round(100*time.Millisecond))
	return ctx, table.Flush()
}

func (r *run) release(ctx context.Context, cfg *envconf.Config) (context.Context, error) {
	var err error
	if r.unhold != nil {
		err = r.unhold()
	}
	if file := cfg.KubeconfigFile(); file != "" && file != r.lab.Kubeconfig() {
		err = errors.Join(err, os.Remove(file)) // the provider's copy
	}
	return ctx, err
}

// down removes the cluster, if we made it.
func (r *run) down(ctx context.Context, _ *envconf.Config) (context.Context, error) {
	if !r.made {
		return ctx, nil
	}
	return ctx, r.call(ctx, "down")
}
