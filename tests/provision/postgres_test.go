//go:build linux

package provision_test

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/lab/sandbox"
)

const (
	node     = "10.99.1.1" // the address of the machine that is provisioned
	subnet   = "10.99.1.0/24"
	password = "correct-horse-'battery\\staple"
)

// postgresNode is a machine with the script on it, a cluster's node beside it, and a
// machine of another network.
type postgresNode struct {
	*sandbox.Machine
	cluster, stranger *sandbox.Neighbour
}

func newPostgresNode(t *testing.T) postgresNode {
	t.Helper()
	script, err := os.ReadFile("../../platform/postgres/provision.sh")
	if err != nil {
		t.Fatal(err)
	}
	m := sandbox.New(t, "postgresql-common", "postgresql", "openssl", "ca-certificates", "prometheus-postgres-exporter")
	n := postgresNode{
		Machine:  m,
		cluster:  m.Neighbour(t, netip.MustParsePrefix(node+"/24"), netip.MustParsePrefix("10.99.1.50/24")),
		stranger: m.Neighbour(t, netip.MustParsePrefix("10.99.2.1/24"), netip.MustParsePrefix("10.99.2.50/24")),
	}
	m.Write(t, "/root/provision.sh", string(script), 0o755)
	m.Write(t, "/root/password", password+"\n", 0o600)
	return n
}

func (n postgresNode) provision(t *testing.T, args ...string) sandbox.Result {
	t.Helper()
	return n.Run(t, "", append([]string{"/root/provision.sh"}, args...)...)
}

var valid = []string{"--address", node, "--cluster-subnet", subnet, "--password-file", "/root/password"}

// with returns valid arguments of which one has another value.
func with(option, value string) []string {
	args := append([]string(nil), valid...)
	for i, a := range args {
		if a == option {
			args[i+1] = value
			return args
		}
	}
	return append(args, option, value)
}

// query runs a statement from a machine as the exchange does.
func query(t *testing.T, from *sandbox.Neighbour, sslmode, secret, statement string) sandbox.Result {
	t.Helper()
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(secret)
	dsn := fmt.Sprintf("host=postgres.postgres.svc.cluster.local hostaddr=%s dbname=exchange user=exchange password='%s' sslmode=%s sslrootcert=/etc/exchange-postgres/ca.crt connect_timeout=10", node, quoted, sslmode)
	return from.Run(t, "", "psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", dsn, "-c", statement)
}

func TestPostgresNodeServesTheClusterAloneOverTLS(t *testing.T) {
	t.Parallel()
	n := newPostgresNode(t)
	if r := n.provision(t, valid...); r.Code != 0 {
		t.Fatalf("provisioning: %s", r.Output)
	}

	for _, c := range []struct {
		name    string
		from    *sandbox.Neighbour
		sslmode string
		secret  string
		want    string // in the output; what the server says where it refuses
		ok      bool
	}{
		{"a node of the cluster, checking certificate and name", n.cluster, "verify-full", password, "TLSv1.3", true},
		{"without TLS", n.cluster, "disable", password, "no encryption", false},
		{"with a wrong password", n.cluster, "verify-full", "wrong-password-of-12", "password authentication failed", false},
		{"from another network", n.stranger, "verify-full", password, "pg_hba.conf rejects connection", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := query(t, c.from, c.sslmode, c.secret, `CREATE TEMPORARY TABLE t (i int);
				SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()`)
			if (r.Code == 0) != c.ok || !strings.Contains(r.Output, c.want) {
				t.Errorf("exit code %d, want success %t; output must contain %q:\n%s", r.Code, c.ok, c.want, r.Output)
			}
		})
	}
	t.Run("the role owns its schema and nothing else", func(t *testing.T) {
		t.Parallel()
		if r := query(t, n.cluster, "verify-full", password, "CREATE TABLE public.t (i int); INSERT INTO t VALUES (1); DROP TABLE t"); r.Code != 0 {
			t.Errorf("making a table: %s", r.Output)
		}
		for _, statement := range []string{"CREATE DATABASE other", "CREATE ROLE other", "SELECT rolpassword FROM pg_authid"} {
			if r := query(t, n.cluster, "verify-full", password, statement); r.Code == 0 || !strings.Contains(r.Output, "permission denied") {
				t.Errorf("%s: exit code %d: %s", statement, r.Code, r.Output)
			}
		}
	})
	t.Run("Prometheus reads the database's size", func(t *testing.T) {
		t.Parallel()
		// The machine has no client of HTTP but bash.
		r := n.cluster.Run(t, "", "bash", "-c", `exec 3<>/dev/tcp/$1/9187; printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3; cat <&3`, "bash", node)
		for _, want := range []string{"\npg_up 1\n", `pg_database_size_bytes{datname="exchange",`} {
			if !strings.Contains(r.Output, want) {
				t.Errorf("%q is missing in:\n%.2000s", want, r.Output)
			}
		}
	})
	t.Run("the password is in no file of the node", func(t *testing.T) {
		t.Parallel()
		if r := n.Run(t, "", "grep", "-rlF", password, "/etc", "/var/log", "/var/lib/postgresql", "/tmp"); r.Output != "" {
			t.Errorf("found in %s", r.Output)
		}
	})
}

func TestPostgresProvisionedAgainChangesNothing(t *testing.T) {
	t.Parallel()
	n := newPostgresNode(t)
	if r := n.provision(t, valid...); r.Code != 0 || !strings.Contains(r.Output, "changed: ") {
		t.Fatalf("first run: exit code %d: %s", r.Code, r.Output)
	}
	before := n.fingerprint(t)
	r := n.provision(t, valid...)
	if r.Code != 0 || strings.Contains(r.Output, "changed: ") || !strings.Contains(r.Output, "nothing to change") {
		t.Errorf("second run: exit code %d: %s", r.Code, r.Output)
	}
	if diff := cmp.Diff(before, n.fingerprint(t)); diff != "" {
		t.Errorf("the second run changed the node:\n%s", diff)
	}
}

func TestPostgresProvisionWaitsForAnother(t *testing.T) {
	t.Parallel()
	n := newPostgresNode(t)
	const both = `/root/provision.sh "$@" & /root/provision.sh "$@"; second=$?; wait $! && exit $second`
	r := n.Run(t, "", append([]string{"bash", "-c", both, "bash"}, valid...)...)
	if r.Code != 0 || strings.Count(r.Output, "nothing to change") != 1 {
		t.Errorf("two at once: exit code %d, want that one changes the node and the other finds it changed:\n%s", r.Code, r.Output)
	}
}

func TestPostgresProvisionMendsWhatDiffers(t *testing.T) {
	t.Parallel()
	n := newPostgresNode(t)
	if r := n.provision(t, valid...); r.Code != 0 {
		t.Fatalf("first run: %s", r.Output)
	}
	const other = "another-password"
	n.Write(t, "/root/password", other, 0o600)
	args := append(with("--cluster-subnet", "10.99.2.0/24"), "--host", "db.example")
	r := n.provision(t, args...)
	for _, want := range []string{"pg_hba.conf", "exchange.crt", "password of exchange"} {
		if !strings.Contains(r.Output, "changed: ") || !strings.Contains(r.Output, want) {
			t.Errorf("the change of %s is not told:\n%s", want, r.Output)
		}
	}
	if r := query(t, n.stranger, "verify-ca", other, "SELECT 1"); r.Code != 0 {
		t.Errorf("the new subnet with the new password is refused: %s", r.Output)
	}
	if r := query(t, n.cluster, "verify-ca", other, "SELECT 1"); r.Code == 0 {
		t.Error("the former subnet may still connect")
	}
}

func TestPostgresProvisionRefusesWrongArgumentsAndChangesNothing(t *testing.T) {
	n := newPostgresNode(t)
	n.Write(t, "/root/short", "short", 0o600)
	n.Write(t, "/root/lines", "twelve-characters\nand-more", 0o600)
	before := n.fingerprint(t)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"none", nil, "--address is missing"},
		{"unknown option", append(valid[:len(valid):len(valid)], "--force"), "unknown argument: --force"},
		{"option without value", []string{"--address"}, "--address needs a value"},
		{"address that is none", with("--address", "10.99.1.256"), "must be an IPv4 address"},
		{"address of another machine", with("--address", "10.99.1.50"), "is not an address of this machine"},
		{"subnet without length", with("--cluster-subnet", "10.99.1.0"), "must be an IPv4 network"},
		{"subnet with host bits", with("--cluster-subnet", "10.99.1.7/24"), "has bits set beyond its /24"},
		{"everybody", with("--cluster-subnet", "0.0.0.0/0"), "is most of the internet"},
		{"line break in the subnet", with("--cluster-subnet", "10.99.1.0/24\nhost all all all trust"), "must be an IPv4 network"},
		{"quotes in the database", with("--database", `x"; DROP TABLE t`), "a database or role is named by"},
		{"superuser", with("--user", "postgres"), "is PostgreSQL's own"},
		{"host that is none", with("--host", "a,DNS:evil"), "is not a DNS name"},
		{"no password file", with("--password-file", "/root/absent"), "cannot be read"},
		{"short password", with("--password-file", "/root/short"), "the password has 5 characters"},
		{"password of two lines", with("--password-file", "/root/lines"), "must be one line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := n.provision(t, c.args...)
			if r.Code != 2 || !strings.Contains(r.Output, c.want) || !strings.Contains(r.Output, "Nothing was changed") {
				t.Errorf("exit code %d, want 2; output must contain %q:\n%s", r.Code, c.want, r.Output)
			}
		})
	}
	if diff := cmp.Diff(before, n.fingerprint(t)); diff != "" {
		t.Errorf("refused runs changed the node:\n%s", diff)
	}
}

// fingerprint lists what provisioning may change: packages, files, processes, roles.
func (n postgresNode) fingerprint(t *testing.T) string {
	t.Helper()
	r := n.Run(t, "", "sh", "-c", `
		dpkg-query -W
		find /etc /root -type f -printf '%p %m %u %T@\n' | sort
		for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -e '-D /\\|exporter' && echo ${p#/proc/}; done
		[ ! -e /usr/bin/pg_dumpall ] || runuser -u postgres -- pg_dumpall --globals-only | grep -v '^\\'
		[ ! -e /usr/bin/pg_dumpall ] || runuser -u postgres -- pg_dump --create exchange | grep -v '^\\'
	`)
	return r.Output
}
