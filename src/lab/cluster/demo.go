package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
)

// demoTimeout bounds how long the exchange may take to fill the demo.
const demoTimeout = 2 * time.Minute

// DemoEnv is the file with the addresses, API keys and passwords of the demo.
func (l *Lab) DemoEnv() string { return l.dir("demo.env") }

// demo fills the exchange with the demo's accounts, through one of its pods.
func (l *Lab) demo(ctx context.Context) error {
	c, err := l.client()
	if err != nil {
		return err
	}
	var out []byte
	err = await(ctx, demoTimeout, "the demo", func(ctx context.Context) (string, error) {
		out, err = c.inExchange(ctx, "seed", "--demo-env", "-", "--exchange-url", "http://crypto-exchange.local", "--metrics-url", "")
		return "", err
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(l.DemoEnv(), out, 0o600); err != nil {
		return fmt.Errorf("keeping the demo's accounts: %w", err)
	}
	return nil
}

// inExchange runs the exchange's program in one of its pods, and returns what it
// printed, also where it failed.
func (c *client) inExchange(ctx context.Context, args ...string) ([]byte, error) {
	pods, err := c.typed.CoreV1().Pods(exchangeNamespace).List(ctx, metav1.ListOptions{LabelSelector: exchangePods, FieldSelector: "status.phase=Running"})
	if err != nil {
		return nil, fmt.Errorf("listing the exchange's pods: %w", err)
	}
	if len(pods.Items) == 0 {
		return nil, errors.New("no pod of the exchange runs")
	}
	request := c.typed.CoreV1().RESTClient().Post().Resource("pods").Namespace(exchangeNamespace).Name(pods.Items[0].Name).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Command: append([]string{"/exchange"}, args...), Stdout: true, Stderr: true}, scheme.ParameterCodec)
	executor, err := remotecommand.NewSPDYExecutor(c.config, "POST", request.URL())
	if err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	if err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: &stdout, Stderr: &stderr}); err != nil {
		return stdout.Bytes(), fmt.Errorf("exchange %s: %w: %s", args[0], err, stderr.String())
	}
	return stdout.Bytes(), nil
}
