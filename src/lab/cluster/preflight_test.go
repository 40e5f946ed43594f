package cluster

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
)

func TestKindOfClusterCanBeSaid(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{Pulled, Airgap} {
		if got, why, err := ParseKind(t.Context(), string(kind)); err != nil || got != kind || why != "as you said" {
			t.Errorf("%s: %s, %q, %v", kind, got, why, err)
		}
	}
	if _, _, err := ParseKind(t.Context(), "production"); err == nil || !strings.Contains(err.Error(), "CLUSTER=production") {
		t.Errorf("a cluster that no machine carries: %v", err)
	}
}

func TestPortThatOnlyTheEngineMayTakeIsFreeIfNothingAnswersThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, _ := l.Addr().(*net.TCPAddr)
	if err := taken(address.Port, syscall.EACCES); !errors.Is(err, syscall.EACCES) {
		t.Errorf("a port that somebody listens on: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := taken(address.Port, syscall.EACCES); err != nil {
		t.Errorf("a port that nobody listens on: %v", err)
	}
	if err := taken(address.Port, syscall.EADDRINUSE); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a port that is in use and does not answer: %v", err)
	}
}

func TestMachinesGetThePasswordsThatTheClusterHas(t *testing.T) {
	t.Parallel()
	l := &Lab{Root: "../../.."}
	database, err := l.database(Airgap)
	if err != nil || len(database.input) < 12 {
		t.Errorf("PostgreSQL gets %q, %v", database.input, err)
	}
	logs, err := l.logs()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(logs.input) {
		if name, password, _ := strings.Cut(strings.TrimSpace(line), "="); len(password) < 12 {
			t.Errorf("Elasticsearch gets %q for %s", password, name)
		}
	}
}
