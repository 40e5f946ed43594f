package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/bitpin/exchange/src/lab/docker"
)

// Down removes everything that Up made but finished images. It is harmless where
// nothing is.
func (l *Lab) Down(ctx context.Context) error {
	if _, err := os.Stat(l.dir()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	held, err := l.acquire()
	if err != nil {
		return err
	}
	defer func() { _ = held.Release() }()
	if docker.Answers(ctx) == nil {
		if err := l.removeContainers(ctx); err != nil {
			return err
		}
	}
	if err := errors.Join(l.stopRepository(), docker.Stop(ctx, l.dir("docker"))); err != nil {
		return err
	}
	if err := os.RemoveAll(l.dir()); err != nil {
		return fmt.Errorf("removing %s: %w", l.dir(), err)
	}
	l.say("Removed the cluster")
	return nil
}

func (l *Lab) removeContainers(ctx context.Context) error {
	for _, container := range []string{nodeName, databaseName, logsName} {
		if docker.Exists(ctx, "container", container) {
			if _, err := docker.Output(ctx, "rm", "--force", "--volumes", container); err != nil {
				return err
			}
		}
	}
	if docker.Exists(ctx, "network", networkName) {
		_, err := docker.Output(ctx, "network", "rm", networkName)
		return err
	}
	return nil
}
