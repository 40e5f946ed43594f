package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	exchangeNamespace = "exchange"
	exchangePods      = "app.kubernetes.io/name=exchange,app.kubernetes.io/component=server"
	logLines          = 50 // of each pod, to begin with
)

// Logs follows the logs of the exchange's pods, each line after the pod's name, until
// ctx ends or the pods do.
func (l *Lab) Logs(ctx context.Context) error {
	if _, err := l.up(); err != nil {
		return err
	}
	c, err := l.client()
	if err != nil {
		return err
	}
	pods, err := c.typed.CoreV1().Pods(exchangeNamespace).List(ctx, metav1.ListOptions{LabelSelector: exchangePods})
	if err != nil {
		return fmt.Errorf("listing the exchange's pods: %w", err)
	}
	if len(pods.Items) == 0 {
		return errors.New("the exchange has no pods yet: make status shows how far it is")
	}
	var output sync.Mutex
	var group sync.WaitGroup
	for _, pod := range pods.Items {
		group.Go(func() {
			err := c.follow(ctx, pod.Name, func(line string) {
				output.Lock()
				defer output.Unlock()
				fmt.Fprintf(l.Out, "%s %s\n", pod.Name, line)
			})
			if err != nil && ctx.Err() == nil {
				l.say("%s: %v", pod.Name, err)
			}
		})
	}
	group.Wait()
	return nil
}

func (c *client) follow(ctx context.Context, pod string, line func(string)) error {
	lines := int64(logLines)
	stream, err := c.typed.CoreV1().Pods(exchangeNamespace).GetLogs(pod, &corev1.PodLogOptions{Follow: true, TailLines: &lines}).Stream(ctx)
	if err != nil {
		return err
	}
	defer stream.Close()
	scanner := bufio.NewScanner(stream)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line(scanner.Text())
	}
	return scanner.Err()
}
