package cluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/lab/docker"
)

// Images of the database's node: one that is pulled, and one of tests/airgap with
// PostgreSQL inside.
const (
	debianImage   = "docker.io/library/debian:bookworm"
	databaseImage = "airgap.local/postgres-node:bookworm"
)

// databaseMain keeps a container running as a node would: PostgreSQL, once it has
// been provisioned, runs as long as the container.
const databaseMain = `
stop() { pg_lsclusters -h | while read -r version name _; do pg_ctlcluster "$version" "$name" stop -m fast; done; exit 0; }
trap stop TERM
if [ -e /etc/exchange-postgres ]; then
  pg_lsclusters -h | while read -r version name _; do pg_ctlcluster "$version" "$name" start; done
fi
sleep infinity & wait
`

// ensureDatabase runs the PostgreSQL node beside the cluster and provisions it by the
// same script as a real one.
func (l *Lab) ensureDatabase(ctx context.Context, kind Kind) error {
	image := debianImage
	if kind == Airgap {
		image = databaseImage
	}
	if err := l.startDatabase(ctx, image); err != nil {
		return fmt.Errorf("running the database's node: %w", err)
	}
	password, err := l.databasePassword()
	if err != nil {
		return err
	}
	script := filepath.Join(l.Root, "platform", "postgres", "provision.sh")
	if err := docker.Run(ctx, nil, &bytes.Buffer{}, "cp", script, databaseName+":/provision.sh"); err != nil {
		return err
	}
	l.say("Provisioning PostgreSQL")
	var out bytes.Buffer
	err = docker.Run(ctx, strings.NewReader(password), &out, "exec", "--interactive", databaseName, "bash", "/provision.sh",
		"--address", databaseAddress, "--cluster-subnet", subnet, "--password-file", "-")
	if err != nil {
		return fmt.Errorf("provisioning PostgreSQL: %w\n%s", err, out.String())
	}
	return nil
}

func (l *Lab) startDatabase(ctx context.Context, image string) error {
	if docker.Exists(ctx, "container", databaseName) {
		_, err := docker.Output(ctx, "start", databaseName) // harmless where it runs
		return err
	}
	_, err := docker.Output(ctx, "run", "--detach", "--name", databaseName, "--hostname", databaseName, "--network", networkName, "--ip", databaseAddress,
		"--restart", "unless-stopped", "--entrypoint", "bash", image, "-c", databaseMain)
	return err
}

// databasePassword reads the lab's password from where the cluster has it.
func (l *Lab) databasePassword() (string, error) {
	path := filepath.Join(l.Root, "apps", "exchange", "overlays", "kind", "secret.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("looking for the database's password: %w", err)
	}
	var secret struct {
		StringData map[string]string `json:"stringData"`
	}
	if err := yaml.Unmarshal(text, &secret); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	const key = "DATABASE_PASSWORD"
	if secret.StringData[key] == "" {
		return "", fmt.Errorf("%s has no stringData.%s", path, key)
	}
	return secret.StringData[key], nil
}
