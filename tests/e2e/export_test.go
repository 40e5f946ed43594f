//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/envfuncs"

	"github.com/bitpin/exchange/src/lab/cluster"
)

// export keeps, after a failure, what helps to find its cause: the node's and the
// pods' logs, the events and the Applications.
func (r *run) export(ctx context.Context, cfg *envconf.Config) (context.Context, error) {
	dir := filepath.Join(r.lab.Root, ".local", "e2e")
	if err := os.RemoveAll(dir); err != nil || !failed.Load() {
		return ctx, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return ctx, err
	}
	if site == nil {
		return ctx, nil
	}
	_, logs := envfuncs.ExportClusterLogs(cluster.Name, filepath.Join(dir, "logs"))(ctx, cfg)
	err := errors.Join(logs, site.exportEvents(ctx, filepath.Join(dir, "events.txt")), site.exportApplications(ctx, filepath.Join(dir, "applications.json")))
	fmt.Println("logs, events and Applications:", dir)
	return ctx, err
}

func (p *platform) exportEvents(ctx context.Context, file string) error {
	events, err := p.Typed.CoreV1().Events("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, e := range events.Items {
		fmt.Fprintf(f, "%s %s %s %s/%s: %s: %s (%d times)\n", e.LastTimestamp.Format("15:04:05"), e.Type, e.InvolvedObject.Kind,
			e.InvolvedObject.Namespace, e.InvolvedObject.Name, e.Reason, e.Message, e.Count)
	}
	return nil
}

func (p *platform) exportApplications(ctx context.Context, file string) error {
	list, err := p.Dynamic.Resource(applications).Namespace("argocd").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
