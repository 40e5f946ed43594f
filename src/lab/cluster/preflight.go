package cluster

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"

	"github.com/bitpin/exchange/src/lab/docker"
	"github.com/bitpin/exchange/src/lab/port"
)

// What must be free before a cluster is made.
const (
	spacePulled = 8 << 30  // bytes, where images are pulled
	spaceAirgap = 16 << 30 // bytes, where they are built
)

// hostPorts are the ports of this machine on which the cluster answers, as
// clusters/*/kind.yaml maps them.
var hostPorts = []int{80, 443, 30300}

// checkTools names a program that is missing before anything is begun.
func checkTools() error {
	for _, program := range []string{"git", "go"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%s is needed and is not installed", program)
		}
	}
	return nil
}

// checkPorts refuses ports that something else listens on. A cluster that is there
// already has them itself.
func checkPorts(ctx context.Context) error {
	if docker.Exists(ctx, "container", nodeName) {
		return nil
	}
	for _, p := range hostPorts {
		if err := port.Check("127.0.0.1", p); err != nil {
			return fmt.Errorf("port %d cannot be used (%w): the cluster answers on %v; stop what listens there and run make up again", p, err, hostPorts)
		}
	}
	return nil
}

// checkSpace refuses a file system that is nearly full.
func checkSpace(dir string, needed uint64) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return fmt.Errorf("looking for space in %s: %w", dir, err)
	}
	free := stat.Bavail * uint64(stat.Bsize) //nolint:gosec // a block has a size
	if free < needed {
		return fmt.Errorf("%s has %d MiB free, and a cluster needs %d MiB: make room (make clean, docker system prune) and run make up again", dir, free>>20, needed>>20)
	}
	return nil
}
