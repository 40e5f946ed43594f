package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"

	"github.com/bitpin/exchange/src/lab/docker"
	"github.com/bitpin/exchange/src/lab/port"
)

// spaceCluster is what a cluster takes of the engine's disk, its images included, in
// bytes.
const spaceCluster = 6 << 30

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
		if err := taken(p, port.Check("127.0.0.1", p)); err != nil {
			return fmt.Errorf("port %d cannot be used (%w): the cluster answers on %v; stop what listens there and run make up again", p, err, hostPorts)
		}
	}
	return nil
}

// taken is why a port cannot be used, given why we cannot listen on it. The engine may
// listen where we may not.
func taken(port int, err error) error {
	if errors.Is(err, os.ErrPermission) && !dials(net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) {
		return nil
	}
	return err
}
