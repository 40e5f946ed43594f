package cluster

import (
	"strings"
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

func TestFullDiskIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := checkSpace(dir, 1); err != nil {
		t.Error(err)
	}
	err := checkSpace(dir, 1<<60)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "make room") {
		t.Errorf("%v; want the directory and what to do", err)
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
