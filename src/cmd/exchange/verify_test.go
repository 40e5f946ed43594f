package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/bitpin/exchange/src/lab/pgtest"
)

func TestVerifyOfHealthyBooksEndsWithExitCode0(t *testing.T) {
	t.Parallel()
	v, _ := seeded(t)
	if out := mustRun(t, v, "verify"); !regexp.MustCompile(`^invariants: 1[0-9] checked, 0 violated\n$`).MatchString(out) {
		t.Errorf("verify says %q", out)
	}
}

func TestVerifyNamesTheRowsOfAViolation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sql  string
		want []string // of the lines
	}{
		"a balance that no entry explains": {
			"UPDATE balances SET available = available + 1 WHERE account_id = (SELECT id FROM accounts WHERE name = 'bob') AND asset_id = (SELECT id FROM assets WHERE code = 'BTC')",
			[]string{"balances_equal_entries: 1 violated", "replay: 1 violated"},
		},
		"an order that the log does not give": {
			"UPDATE orders SET quantity = quantity + 100000000 WHERE client_order_id = 'seed-BTCUSDT-SELL-3'",
			[]string{"locked_equals_reservations: 1 violated", "replay: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, _ := seeded(t)
			execute(t, v, test.sql)
			code, out, errors := run(t, v, "verify")
			if code != exitFailed || errors != "" {
				t.Errorf("exit code %d, errors %q", code, errors)
			}
			for _, want := range test.want {
				if !strings.Contains("\n"+out, "\n"+want) {
					t.Errorf("%q is not said in:\n%s", want, out)
				}
			}
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if !strings.HasPrefix(lines[1], "  ") || !strings.HasPrefix(lines[len(lines)-1], "invariants: ") || strings.HasSuffix(out, " 0 violated\n") {
				t.Errorf("verify says:\n%s", out)
			}
		})
	}
}

func TestVerifyThatCannotRunEndsWithExitCode2(t *testing.T) {
	t.Parallel()
	t.Run("no database", func(t *testing.T) {
		t.Parallel()
		code, out, errors := run(t, complete(), "verify")
		if code != exitUsage || out != "" || !strings.HasPrefix(errors, "exchange: verifying the books: ") {
			t.Errorf("exit code %d, out %q, errors %q", code, out, errors)
		}
	})
	t.Run("no schema", func(t *testing.T) {
		t.Parallel()
		v := withDatabase(t, pgtest.New(t))
		code, out, errors := run(t, v, "verify")
		if code != exitUsage || out != "" || !strings.Contains(errors, "exchange migrate") {
			t.Errorf("exit code %d, out %q, errors %q", code, out, errors)
		}
	})
}

// execute runs a statement as the exchange's role.
func execute(t *testing.T, v variablesOf, sql string) {
	t.Helper()
	c, err := readConfig(cmdMigrate, v.lookup)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.Database.dsn())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	tag, err := conn.Exec(t.Context(), sql)
	if err != nil || tag.RowsAffected() != 1 {
		t.Fatalf("%s: %v, %v", sql, tag, err)
	}
}
