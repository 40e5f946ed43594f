package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bitpin/exchange/src/lab/docker"
)

// kindModule is the folder whose go.mod pins kind.
const kindModule = "tests/tools/kind"

// kindProgram builds kind and returns its path.
func (l *Lab) kindProgram(ctx context.Context) (string, error) {
	program := l.dir("bin", "kind")
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-o", program, "sigs.k8s.io/kind")
	cmd.Dir, cmd.Env = filepath.Join(l.Root, kindModule), append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building kind: %w:\n%s", err, out)
	}
	return program, nil
}

// kindSource returns the directory of kind's module.
func (l *Lab) kindSource(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kind")
	cmd.Dir, cmd.Env = filepath.Join(l.Root, kindModule), append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("looking for kind's module: %w: %s", err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// kind runs kind. Nobody else does: a lock on the kubeconfig is of one that was killed.
func (l *Lab) kind(ctx context.Context, args ...string) error {
	if err := os.Remove(l.Kubeconfig() + ".lock"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	cmd := exec.CommandContext(ctx, l.dir("bin", "kind"), args...)
	cmd.Env = append(os.Environ(), "KIND_EXPERIMENTAL_DOCKER_NETWORK="+networkName)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("kind %s: %w:\n%s", strings.Join(args[:min(2, len(args))], " "), err, out)
	}
	return nil
}

// ensureNetwork makes the network that nodes, the database and the Git server share.
func ensureNetwork(ctx context.Context) error {
	have, err := docker.Output(ctx, "network", "inspect", "--format", "{{range .IPAM.Config}}{{.Subnet}}{{end}}", networkName)
	switch {
	case err == nil && have == subnet:
		return nil
	case err == nil:
		return fmt.Errorf("the Docker network %s has the subnet %s, not %s: remove it (docker network rm %s) and run make up again", networkName, have, subnet, networkName)
	}
	_, err = docker.Output(ctx, "network", "create", "--driver", "bridge", "--subnet", subnet, "--gateway", gateway, "--ip-range", nodeRange,
		"--opt", "com.docker.network.bridge.enable_ip_masquerade=true", networkName)
	if err != nil {
		return fmt.Errorf("making the cluster's network: %w", err)
	}
	return nil
}

// ensureCluster makes the cluster unless it is there. image is the node's; empty for
// the one that kind pulls. One that was begun and not finished is made anew.
func (l *Lab) ensureCluster(ctx context.Context, kind Kind, image string) error {
	want := string(kind) + " " + image
	have, err := os.ReadFile(l.dir("made"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	exists := docker.Exists(ctx, "container", nodeName)
	if exists && string(have) == want {
		return l.startNode(ctx)
	}
	if exists {
		l.say("Removing a cluster that was not finished or is of another kind")
		if err := l.removeCluster(ctx); err != nil {
			return err
		}
	}
	l.say("Creating the cluster")
	args := []string{"create", "cluster", "--name", clusterName, "--kubeconfig", l.Kubeconfig(),
		"--config", filepath.Join(l.Root, "clusters", string(kind), "kind.yaml")}
	if image != "" {
		args = append(args, "--image", image)
	}
	if err := l.kind(ctx, args...); err != nil {
		return err
	}
	return os.WriteFile(l.dir("made"), []byte(want), 0o600)
}

// startNode starts the node again where the machine was restarted.
func (l *Lab) startNode(ctx context.Context) error {
	running, err := docker.Output(ctx, "container", "inspect", "--format", "{{.State.Running}}", nodeName)
	if err != nil || running == "true" {
		return err
	}
	l.say("Starting the cluster's node")
	_, err = docker.Output(ctx, "start", nodeName)
	return err
}

func (l *Lab) removeCluster(ctx context.Context) error {
	if err := os.Remove(l.dir("made")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return l.kind(ctx, "delete", "cluster", "--name", clusterName, "--kubeconfig", l.Kubeconfig())
}
