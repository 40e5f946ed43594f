package cluster

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/bitpin/exchange/src/lab/docker"
)

// machine is a container that stands in for a machine beside the cluster, provisioned
// by the script of a real one.
type machine struct {
	name    string // of the container
	what    string // it carries
	address string // on the cluster's network
	image   string
	main    string   // keeps the container running as a machine would, in bash
	script  string   // that provisions it; a file
	args    []string // of the script, besides its address and the cluster's subnet
	input   string   // the script's standard input
}

// ensure runs the machine and provisions it. Doing so again changes nothing.
func (m machine) ensure(ctx context.Context, say func(string, ...any)) error {
	if err := m.start(ctx); err != nil {
		return fmt.Errorf("running the machine of %s: %w", m.what, err)
	}
	const script = "/provision.sh"
	if err := docker.Run(ctx, nil, io.Discard, "cp", m.script, m.name+":"+script); err != nil {
		return err
	}
	say("Provisioning %s", m.what)
	var out bytes.Buffer
	args := append([]string{"exec", "--interactive", m.name, "bash", script, "--address", m.address, "--cluster-subnet", subnet}, m.args...)
	if err := docker.Run(ctx, strings.NewReader(m.input), &out, args...); err != nil {
		return fmt.Errorf("provisioning %s: %w\n%s", m.what, err, out.String())
	}
	return nil
}

func (m machine) start(ctx context.Context) error {
	if docker.Exists(ctx, "container", m.name) {
		_, err := docker.Output(ctx, "start", m.name) // harmless where it runs
		return err
	}
	_, err := docker.Output(ctx, "run", "--detach", "--name", m.name, "--hostname", m.name, "--network", networkName, "--ip", m.address,
		"--restart", "unless-stopped", "--entrypoint", "bash", m.image, "-c", m.main)
	return err
}
