//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/features"

	"github.com/bitpin/exchange/src/lab/cluster"
)

const (
	kills       = 10
	maxTakeover = 10 * time.Second // without an acknowledgement, on a machine that does all of this
)

// failover: whoever writes may go at any moment.
func failover() features.Feature {
	return features.New("failover").
		Assess("ten times the writer is killed, and nothing acknowledged is lost", func(ctx context.Context, t *testing.T, _ *envconf.Config) context.Context {
			killWriters(ctx, t)
			return ctx
		}).
		Feature()
}

func killWriters(ctx context.Context, t *testing.T) {
	t.Helper()
	l := site.load(t)
	ways := map[string]func(context.Context, *corev1.Pod) error{"its process": site.killProcess, "its pod": site.deletePod}
	takeovers := map[string][]time.Duration{}
	for n := range kills {
		eventually(t, 3*time.Minute, "all replicas are ready", site.allReady)
		l.AwaitAcks(50)
		way := []string{"its process", "its pod"}[n%2]
		writer, epoch := site.writer(ctx, t)
		l.Mark()
		if err := ways[way](ctx, writer); err != nil {
			t.Fatal(err)
		}
		eventually(t, time.Minute, "another one writes", func(context.Context) (string, error) {
			if _, now, err := site.lease(ctx); err != nil || now > epoch {
				return "", err
			}
			return "the lease is as it was", nil
		})
		l.AwaitAcks(20)
		took := l.Silence()
		if takeovers[way] = append(takeovers[way], took); took > maxTakeover {
			t.Errorf("after the writer lost %s, no order was acknowledged for %s", way, took)
		}
		t.Logf("%d: %s lost %s; no order was acknowledged for %s", n+1, writer.Name, way, took.Round(10*time.Millisecond))
	}
	l.AwaitAcks(50)
	for way, took := range takeovers {
		slices.Sort(took)
		t.Logf("takeover after the writer lost %s: p50 %s, max %s", way, took[len(took)/2].Round(10*time.Millisecond), took[len(took)-1].Round(10*time.Millisecond))
	}
	eventually(t, 3*time.Minute, "all replicas are ready", site.allReady)
	l.Compare()
}

// lease reads who writes from the database.
func (p *platform) lease(ctx context.Context) (address string, epoch int64, err error) {
	conn, err := pgx.Connect(ctx, p.database)
	if err != nil {
		return "", 0, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "SELECT address, epoch FROM lease WHERE id = 1").Scan(&address, &epoch)
	return address, epoch, err
}

// writer returns the pod that holds the lease.
func (p *platform) writer(ctx context.Context, t *testing.T) (*corev1.Pod, int64) {
	t.Helper()
	address, epoch, err := p.lease(ctx)
	if err != nil {
		t.Fatal(err)
	}
	servers, err := p.servers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range servers {
		if strings.HasPrefix(address, servers[i].Status.PodIP+":") {
			return &servers[i], epoch
		}
	}
	t.Fatalf("nobody has the address of the lease, %s", address)
	return nil, 0
}

// killProcess ends the process of a pod at once, as the kernel does when memory is
// short.
func (p *platform) killProcess(ctx context.Context, pod *corev1.Pod) error {
	_, id, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
	_, err := cluster.OnNode(ctx, fmt.Sprintf(`kill -9 "$(ctr --namespace k8s.io tasks list | awk -v id=%s '$1 == id {print $2}')"`, id))
	if err != nil {
		return fmt.Errorf("killing the process of %s: %w", pod.Name, err)
	}
	return nil
}

// deletePod removes a pod without giving it time.
func (p *platform) deletePod(ctx context.Context, pod *corev1.Pod) error {
	now := int64(0)
	return p.Typed.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now})
}
