package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/yaml"
)

// Images of machines: one that is pulled, and one of tests/airgap with PostgreSQL
// inside.
const (
	debianImage   = "docker.io/library/debian:bookworm"
	databaseImage = "airgap.local/postgres-node:bookworm"
)

// databaseMain runs PostgreSQL and what measures it, once they have been provisioned,
// as long as the machine.
const databaseMain = `
stop() { pg_lsclusters -h | while read -r version name _; do pg_ctlcluster "$version" "$name" stop -m fast; done; exit 0; }
trap stop TERM
if [ -e /etc/exchange-postgres ]; then
  pg_lsclusters -h | while read -r version name _; do pg_ctlcluster "$version" "$name" start; done
fi
exporter=prometheus-postgres-exporter
if [ -e "/etc/default/$exporter" ]; then
  set -a; . "/etc/default/$exporter"; set +a
  "/etc/init.d/$exporter" restart
fi
sleep infinity & wait
`

// logsMain runs Elasticsearch, once it has been provisioned, as long as the machine.
const logsMain = `
stop() { pkill -TERM -u elasticsearch; exit 0; }
trap stop TERM
if [ -x /usr/share/elasticsearch/bin/elasticsearch ]; then
  runuser -u elasticsearch -- /usr/share/elasticsearch/bin/elasticsearch --daemonize --pidfile /var/lib/elasticsearch/exchange.pid --quiet
fi
sleep infinity & wait
`

// ensureMachines runs what the cluster needs beside it: the database, and where the
// cluster has logging, Elasticsearch.
func (l *Lab) ensureMachines(ctx context.Context, kind Kind) error {
	database, err := l.database(kind)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return database.ensure(ctx, l.say) })
	if kind == Pulled {
		logs, err := l.logs()
		if err != nil {
			return err
		}
		group.Go(func() error { return logs.ensure(ctx, l.say) })
	}
	return group.Wait()
}

func (l *Lab) database(kind Kind) (machine, error) {
	secret, err := l.secret("apps", "exchange", "overlays", "kind", "secret.yaml")
	if err != nil {
		return machine{}, err
	}
	image := debianImage
	if kind == Airgap {
		image = databaseImage
	}
	return machine{
		name: databaseName, what: "PostgreSQL", address: databaseAddress, image: image, main: databaseMain,
		script: filepath.Join(l.Root, "platform", "postgres", "provision.sh"),
		args:   []string{"--password-file", "-"}, input: secret["DATABASE_PASSWORD"],
	}, nil
}

func (l *Lab) logs() (machine, error) {
	shipper, err := l.secret("platform", "logging", "overlays", "kind", "secret-fluent-bit.yaml")
	if err != nil {
		return machine{}, err
	}
	readers, err := l.secret("platform", "logging", "overlays", "kind", "secret-logging.yaml")
	if err != nil {
		return machine{}, err
	}
	return machine{
		name: logsName, what: "Elasticsearch", address: logsAddress, image: debianImage, main: logsMain,
		script: filepath.Join(l.Root, "platform", "logging", "provision.sh"),
		args:   []string{"--passwords-file", "-", "--heap", "512m"},
		input: fmt.Sprintf("fluent-bit=%s\nkibana=%s\nsetup=%s\n",
			shipper["fluent-bit-password"], readers["kibana-password"], readers["setup-password"]),
	}, nil
}

// secret reads the values of a Secret of the lab from where the cluster has them.
func (l *Lab) secret(elements ...string) (map[string]string, error) {
	path := filepath.Join(append([]string{l.Root}, elements...)...)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("looking for the lab's passwords: %w", err)
	}
	var secret struct {
		StringData map[string]string `json:"stringData"`
	}
	if err := yaml.Unmarshal(text, &secret); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(secret.StringData) == 0 {
		return nil, fmt.Errorf("%s has no stringData", path)
	}
	return secret.StringData, nil
}
