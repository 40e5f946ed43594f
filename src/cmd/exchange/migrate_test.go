package main

import (
	"strings"
	"sync"
	"testing"

	"github.com/bitpin/exchange/src/lab/pgtest"
)

func TestMigrationsThatStartAtOnceApplyEachStepOnce(t *testing.T) {
	t.Parallel()
	v := withDatabase(t, pgtest.New(t))
	var said [4]string
	var group sync.WaitGroup
	for i := range said {
		group.Go(func() {
			code, out, errors := run(t, v, "migrate")
			if code != exitOK || !strings.HasSuffix(out, "The schema is up to date.\n") {
				t.Errorf("exit code %d, out %q, errors %q", code, out, errors)
			}
			said[i] = out
		})
	}
	group.Wait()
	const first = "applied 0001_exchange.sql\n"
	if n := strings.Count(strings.Join(said[:], ""), first); n != 1 {
		t.Errorf("%q was said %d times, want once: %q", first, n, said)
	}
}

func TestMigrationWithoutADatabaseFails(t *testing.T) {
	t.Parallel()
	code, out, errors := run(t, complete(), "migrate")
	if code != exitFailed || out != "" || !strings.HasPrefix(errors, "exchange: migrating the schema: ") || strings.Contains(errors, "a password") {
		t.Errorf("exit code %d, out %q, errors %q", code, out, errors)
	}
}
