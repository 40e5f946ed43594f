package logging_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	script    = "../../platform/logging/provision.sh"
	passwords = "fluent-bit=aaaaaaaaaaaa\nkibana=bbbbbbbbbbbb\nsetup=cccccccccccc\n"
)

// bash runs a program below a directory that stands for /, as root or as if.
func bash(t *testing.T, root, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	args = append([]string{"bash"}, args...)
	if os.Geteuid() != 0 {
		args = append([]string{"unshare", "--map-root-user"}, args...)
	}
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "PROVISION_ROOT="+root)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// fakeRoot is a directory that stands for /, with the package's directories.
func fakeRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc", "elasticsearch"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

// files gives what lies below a directory, by name.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		found[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// valid are arguments that a machine of any kind accepts.
func valid(more ...string) []string {
	return append([]string{"--address", "127.0.0.1", "--cluster-subnet", "10.10.0.0/20", "--passwords-file", "-", "--heap", "256m"}, more...)
}

func TestWrongArgumentsSaySoAndChangeNothing(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, stdin, want string
		args              []string
	}{
		{"unknown argument", passwords, "unknown argument: --port", valid("--port", "1")},
		{"no value", passwords, "--host needs a value", valid("--host")},
		{"no address", passwords, "--address is missing", valid()[2:]},
		{"address of another machine", passwords, "--address 203.0.113.9: is not an address of this machine", valid("--address", "203.0.113.9")},
		{"address that is none", passwords, "--address 1.2.3.400: must be an IPv4 address", valid("--address", "1.2.3.400")},
		{"subnet without length", passwords, "--cluster-subnet 10.0.0.0: must be an IPv4 network", valid("--cluster-subnet", "10.0.0.0")},
		{"subnet with host bits", passwords, "has bits set beyond its /20", valid("--cluster-subnet", "10.10.0.1/20")},
		{"subnet of everybody", passwords, "is most of the internet", valid("--cluster-subnet", "0.0.0.0/0")},
		{"heap that is no size", passwords, "--heap lots: must be a size", valid("--heap", "lots")},
		{"heap of nothing", passwords, "--heap 1m: at least 256m", valid("--heap", "1m")},
		{"heap beyond the machine", passwords, "is more than half of this machine's", valid("--heap", "999999g")},
		{"old version", passwords, "--version 7.17.0: must be a version 9", valid("--version", "7.17.0")},
		{"host that is none", passwords, `--host "a b": is not a DNS name`, valid("--host", "a b")},
		{"passwords that are not there", "", "--passwords-file /nowhere: cannot be read", valid("--passwords-file", "/nowhere")},
		{"a password missing", "kibana=bbbbbbbbbbbb\nsetup=cccccccccccc\n", "the password of fluent-bit is missing", valid()},
		{"a password twice", passwords + "setup=dddddddddddd\n", "the password of setup is given twice", valid()},
		{"a short password", "fluent-bit=short\n", "the password of fluent-bit has 5 characters", valid()},
		{"a password with a quote", `kibana=aaaaaaaaaaaa"` + "\n", "the password of kibana must be of printable", valid()},
		{"a stranger's password", "elastic=aaaaaaaaaaaa\n", "a line that is none of", valid()},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			stdout, stderr, code := bash(t, root, c.stdin, append([]string{script}, c.args...)...)
			if code != 2 || !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "Nothing was changed.") {
				t.Errorf("exit %d, said %q, want 2 and %q", code, stderr, c.want)
			}
			if stdout != "" || len(files(t, root)) > 0 {
				t.Errorf("printed %q, wrote %v", stdout, files(t, root))
			}
			for _, secret := range []string{"aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"} {
				if strings.Contains(stderr, secret) {
					t.Errorf("shows a password: %s", stderr)
				}
			}
		})
	}
}

func TestDryRunTellsWhatWouldBeDone(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	stdout, stderr, code := bash(t, root, passwords, append([]string{script}, valid("--dry-run")...)...)
	for _, want := range []string{"https://127.0.0.1:9200", "10.10.0.0/20", "heap     256m", "Nothing was changed."} {
		if !strings.Contains(stdout, want) {
			t.Errorf("does not say %q: %s%s", want, stdout, stderr)
		}
	}
	if code != 0 || len(files(t, root)) > 0 {
		t.Errorf("exit %d, wrote %v", code, files(t, root))
	}
}

// configure writes the node's files below root, for a host.
func configure(t *testing.T, root, host string) string {
	t.Helper()
	program := `source "$1"; parse --address 127.0.0.1 --cluster-subnet 10.10.0.0/20 --heap 256m --host "$2"; configure root`
	stdout, stderr, code := bash(t, root, "", "-c", program, "configure", script, host)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	return stdout
}

func TestConfiguringAgainChangesNothing(t *testing.T) {
	t.Parallel()
	root := fakeRoot(t)
	first := configure(t, root, "elasticsearch.example")
	for _, want := range []string{
		"changed: /etc/exchange-elasticsearch/ca.crt", "changed: /etc/elasticsearch/exchange.crt",
		"changed: /etc/elasticsearch/elasticsearch.yml", "changed: /etc/elasticsearch/jvm.options.d/exchange.options",
		"changed: /etc/systemd/system/elasticsearch.service.d/exchange.conf",
	} {
		if !strings.Contains(first, want+"\n") {
			t.Errorf("does not say %q: %s", want, first)
		}
	}
	before := files(t, root)
	if again := configure(t, root, "elasticsearch.example"); again != "" {
		t.Errorf("says again: %s", again)
	}
	after := files(t, root)
	if len(after) != len(before) {
		t.Errorf("had %d files, has %d", len(before), len(after))
	}
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s has changed", name)
		}
	}
	if drop := before["etc/systemd/system/elasticsearch.service.d/exchange.conf"]; !strings.Contains(drop, "IPAddressDeny=any\nIPAddressAllow=localhost 127.0.0.1 10.10.0.0/20\n") {
		t.Errorf("others than the cluster may connect: %s", drop)
	}
}

func TestCertificateHoldsTheNamesAndIsOfTheAuthority(t *testing.T) {
	t.Parallel()
	root := fakeRoot(t)
	configure(t, root, "first.example")
	authority := read(t, root, "etc/exchange-elasticsearch/ca.crt")
	if said := configure(t, root, "second.example"); said != "changed: /etc/elasticsearch/exchange.crt\n" {
		t.Errorf("another name changes %q", said)
	}
	if read(t, root, "etc/exchange-elasticsearch/ca.crt") != authority {
		t.Error("another name makes another authority, which no client knows")
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(authority))
	block, _ := pem.Decode([]byte(read(t, root, "etc/elasticsearch/exchange.crt")))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"second.example", "127.0.0.1"} {
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: pool}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if cert.VerifyHostname("first.example") == nil {
		t.Error("the certificate still holds the name from before")
	}
	info, err := os.Stat(filepath.Join(root, "etc", "exchange-elasticsearch", "ca.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the authority's key: %v, %v", info, err)
	}
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
