//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

// kubeadm: what the clusters of real machines are made with. The node has the program.
func kubeadm() features.Feature {
	f := features.New("kubeadm")
	for _, name := range []string{"staging", "production"} {
		f = f.Assess("takes the configuration of "+name, func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			text := site.kubeadmConfiguration(t, name)
			if err := validate(ctx, text); err != nil {
				t.Error(err)
			}
			if err := validate(ctx, strings.Replace(text, "podSubnet:", "podSubnets:", 1)); err == nil || !strings.Contains(err.Error(), "podSubnets") {
				t.Errorf("a field that does not exist: %v; want an error that names it", err)
			}
			return ctx
		})
	}
	return f.Feature()
}

func (p *platform) kubeadmConfiguration(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.lab.Root, "clusters", name, "kubeadm.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// validate has the real kubeadm read a configuration.
func validate(ctx context.Context, text string) error {
	_, err := cluster.OnNode(ctx, fmt.Sprintf("kubeadm config validate --config /dev/stdin <<'CONFIGURATION'\n%s\nCONFIGURATION\n", text))
	return err
}
