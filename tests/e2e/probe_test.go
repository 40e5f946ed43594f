//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/bitpin/exchange/src/lab/cluster"
	"github.com/bitpin/exchange/src/lab/oci"
)

const (
	probeImage = "exchange.local/probe:e2e"
	probeLabel = "e2e-probe"
	stranger   = "e2e" // a namespace that nobody knows

	// How long a probe asks where nothing answers: that the network learns of a new pod
	// takes a moment, and more on a busy machine.
	untilAnswered = 30 * time.Second
	untilDenied   = 5 * time.Second
)

// answer is what a probe prints of a URL.
type answer struct {
	URL    string
	Status int
	Body   string
	Error  string
}

// probeLoaded builds the probe's image and puts it into the node, once.
var probeLoaded = sync.OnceValue(func() error {
	dir, err := os.MkdirTemp("", "e2e-probe-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "probe")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./probe")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the probe: %w:\n%s", err, out)
	}
	layer, err := oci.Layer([]oci.File{{Path: "/probe", Source: program}})
	if err != nil {
		return err
	}
	image, err := oci.Image(v1.Config{Entrypoint: []string{"/probe"}, User: "65532:65532"}, layer)
	if err != nil {
		return err
	}
	archive := filepath.Join(dir, "probe.tar")
	if err := oci.Save(image, []string{probeImage}, archive); err != nil {
		return err
	}
	return cluster.LoadImage(context.Background(), archive)
})

// probe asks URLs from a pod with labels in a namespace. Only what lets others in
// stands in its way: it may itself ask whom it likes.
func (p *platform) probe(t *testing.T, patience time.Duration, namespace string, labels map[string]string, urls ...string) []answer {
	t.Helper()
	if err := probeLoaded(); err != nil {
		t.Fatal(err)
	}
	p.letOut(t, namespace)
	all := map[string]string{probeLabel: "true"}
	for name, value := range labels {
		all[name] = value
	}
	yes, no, user := true, false, int64(65532)
	pods := p.Typed.CoreV1().Pods(namespace)
	pod, err := pods.Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "probe-", Labels: all},
		Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: &no, EnableServiceLinks: &no,
			SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: &yes, RunAsUser: &user, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
			Containers: []corev1.Container{{
				Name: "probe", Image: probeImage, ImagePullPolicy: corev1.PullNever, Args: append([]string{patience.String()}, urls...),
				SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
			}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("running a probe in %s: %v", namespace, err)
	}
	now := int64(0)
	t.Cleanup(func() {
		if err := pods.Delete(context.Background(), pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
			t.Error(err)
		}
	})
	eventually(t, time.Minute, "the probe in "+namespace+" has ended", func(ctx context.Context) (string, error) {
		pod, err := pods.Get(ctx, pod.Name, metav1.GetOptions{})
		if err != nil || pod.Status.Phase == corev1.PodSucceeded {
			return "", err
		}
		return fmt.Sprintf("it is %s, %+v", pod.Status.Phase, pod.Status.ContainerStatuses), nil
	})
	output, err := pods.GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(t.Context())
	if err != nil {
		t.Fatalf("reading a probe's output: %v", err)
	}
	var answers []answer
	for d := json.NewDecoder(strings.NewReader(string(output))); d.More(); {
		var a answer
		if err := d.Decode(&a); err != nil {
			t.Fatalf("reading a probe's output: %v:\n%s", err, output)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(urls) {
		t.Fatalf("a probe asked %d URLs and printed\n%s", len(urls), output)
	}
	return answers
}

// letOut lets probes of a namespace ask whom they like, until the test ends.
func (p *platform) letOut(t *testing.T, namespace string) {
	t.Helper()
	policies := p.Typed.NetworkingV1().NetworkPolicies(namespace)
	_, err := policies.Create(t.Context(), &networkingv1.NetworkPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: probeLabel},
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{probeLabel: "true"}},
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeEgress},
			Egress:      []networkingv1.NetworkPolicyEgressRule{{}},
		},
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return
	}
	if err != nil {
		t.Fatalf("letting probes of %s out: %v", namespace, err)
	}
	t.Cleanup(func() {
		if err := policies.Delete(context.Background(), probeLabel, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// strangersNamespace makes a namespace that no policy names, until the test ends.
func (p *platform) strangersNamespace(t *testing.T) {
	t.Helper()
	namespaces := p.Typed.CoreV1().Namespaces()
	_, err := namespaces.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: stranger, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := namespaces.Delete(context.Background(), stranger, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
			return
		}
		for range 300 { // until it is gone, so that the suite can run again
			if _, err := namespaces.Get(context.Background(), stranger, metav1.GetOptions{}); apierrors.IsNotFound(err) {
				return
			}
			time.Sleep(200 * time.Millisecond)
		}
		t.Errorf("the namespace %s does not go", stranger)
	})
}
