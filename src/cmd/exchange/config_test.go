package main

import (
	"encoding/json"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
)

// badValues has values that each variable must refuse; those that take any text
// refuse line breaks.
var badValues = map[string][]string{
	"DATABASE_HOST":                  {"", "a\nb"},
	"DATABASE_PORT":                  {"0", "65536", "-1", "postgres", "5432 "},
	"DATABASE_NAME":                  {"a\nb"},
	"DATABASE_USER":                  {"a\x00b"},
	"DATABASE_PASSWORD":              {"", "two\nlines"},
	"DATABASE_SSLMODE":               {"prefer", "allow", "Disable", "on"},
	"DATABASE_SSLROOTCERT":           {"a\nb"},
	"DATABASE_MAX_CONNECTIONS":       {"3", "1001", "4.5", "many"},
	"SECRET_KEY":                     {"", "short", strings.Repeat("00", 32), "AAAA", strings.Repeat("x", 2000)},
	"MAKER_FEE":                      {"-0.1", "0.11", "1e-3", "0.1%", "0.0000001"},
	"TAKER_FEE":                      {"-0.1", "0.11", "NaN"},
	"MAX_OPEN_ORDERS":                {"0", "100001", "x"},
	"LEASE_DURATION":                 {"0", "2", "499ms", "61s", "-2s"},
	"BATCH_MAX_COMMANDS":             {"0", "10001"},
	"BATCH_MAX_DELAY":                {"-1ms", "101ms", "soon"},
	"BATCH_RETENTION":                {"59s", "721h"},
	"QUEUE_LIMIT":                    {"0", "1000001"},
	"COMMAND_TIMEOUT":                {"99ms", "2m"},
	"LOG_LEVEL":                      {"INFO", "trace", "0"},
	"LISTEN_ADDRESS":                 {"8000", ":http", ":65536", "a:b:c"},
	"METRICS_ADDRESS":                {"8001", "localhost"},
	"PEER_ADDRESS":                   {"8002", ":-1"},
	"ADVERTISE_ADDRESS":              {":8002", "host", "host:0", "host:peer"},
	"SECURE_COOKIES":                 {"yes", "1", "True"},
	"TRUSTED_PROXIES":                {"10.0.0.1", "10.0.0.1/8", "10.0.0.0/8,,", "all"},
	"MAX_CONNECTIONS":                {"15", "1000001"},
	"WEIGHT_LIMIT":                   {"0", "none"},
	"ORDER_LIMIT":                    {"0", "-5"},
	"BODY_LIMIT":                     {"1023", "1048577", "64k"},
	"STREAM_CONNECTIONS_PER_ADDRESS": {"0"},
	"AUDIT_INTERVAL":                 {"0s", "25h"},
	"SHUTDOWN_DELAY":                 {"-1s", "6m"},
	"SHUTDOWN_TIMEOUT":               {"0s", "11m"},
}

func TestBadValueNamesItsVariableAndNothingStarts(t *testing.T) {
	t.Parallel()
	for _, v := range variables(&Config{}) {
		if len(badValues[v.Name]) == 0 {
			t.Errorf("%s has no bad value in the table of this test", v.Name)
		}
		for _, bad := range badValues[v.Name] {
			t.Run(v.Name+"="+bad[:min(len(bad), 16)], func(t *testing.T) {
				t.Parallel()
				code, out, errors := run(t, complete().with(v.Name+"="+bad), v.Commands[0])
				if code != exitUsage || out != "" || !strings.HasPrefix(errors, v.Name+": ") || strings.Count(errors, "\n") != 1 {
					t.Errorf("exit code %d, out %q, errors %q; want 2, nothing and one line about %s", code, out, errors, v.Name)
				}
				if v.Secret && bad != "" && strings.Contains(errors, bad) {
					t.Errorf("a secret is shown: %q", errors)
				}
			})
		}
	}
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	code, _, errors := run(t, variablesOf{"MAKER_FEE": "2"}, "serve")
	var names []string
	for line := range strings.Lines(errors) {
		name, _, _ := strings.Cut(line, ":")
		names = append(names, name)
	}
	if want := []string{"DATABASE_HOST", "DATABASE_PASSWORD", "SECRET_KEY", "MAKER_FEE"}; code != exitUsage || !slices.Equal(names, want) {
		t.Errorf("exit code %d, variables %q; want 2, %q", code, names, want)
	}
}

func TestCommandsReadOnlyWhatTheyNeed(t *testing.T) {
	t.Parallel()
	v := complete().with("SECRET_KEY=", "MAKER_FEE=nonsense", "LISTEN_ADDRESS=nonsense")
	for _, command := range []string{cmdMigrate, cmdVerify} {
		if _, err := readConfig(command, v.lookup); err != nil {
			t.Errorf("%s: %v", command, err)
		}
	}
}

func TestEmptyVariableIsAsGoodAsNone(t *testing.T) {
	t.Parallel()
	empty := complete()
	for _, v := range variables(&Config{}) {
		if !v.Required {
			empty[v.Name] = ""
		}
	}
	a, errA := readConfig(cmdServe, empty.with("DATABASE_PORT=1").lookup)
	b, errB := readConfig(cmdServe, complete().lookup)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

func TestValuesArriveWhereTheyBelong(t *testing.T) {
	t.Parallel()
	c, err := readConfig(cmdServe, complete().with(
		"DATABASE_SSLMODE=require", "TRUSTED_PROXIES=10.0.0.0/8, fd00::/8", "TAKER_FEE=0.002", "LEASE_DURATION=5s",
		"PEER_ADDRESS=:9002", "ADVERTISE_ADDRESS=[fd00::7]:9002", "SECURE_COOKIES=false",
	).lookup)
	if err != nil {
		t.Fatal(err)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	if c.Database.SSLMode != "require" || !slices.Equal(c.TrustedProxies, want) || c.TakerFee != 2000 || c.MakerFee != 1000 ||
		c.LeaseDuration != 5*time.Second || c.AdvertiseAddress != "[fd00::7]:9002" || c.SecureCookies || len(c.SecretKey) != 32 {
		t.Errorf("read %+v", c)
	}
}

func TestPeersReachUsByTheMachinesNameUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	c, err := readConfig(cmdServe, complete().with("PEER_ADDRESS=0.0.0.0:9002").lookup)
	if want := host + ":9002"; err != nil || c.AdvertiseAddress != want {
		t.Errorf("address %q, %v; want %q", c.AdvertiseAddress, err, want)
	}
	for _, test := range []struct{ setting, want string }{
		{"PEER_ADDRESS=:0", "ADVERTISE_ADDRESS: is required when PEER_ADDRESS has no fixed port"},
		{"METRICS_ADDRESS=:8000", `METRICS_ADDRESS: ":8000": is the same as LISTEN_ADDRESS`},
	} {
		if _, err := readConfig(cmdServe, complete().with(test.setting).lookup); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %q", test.setting, err, test.want)
		}
	}
}

func TestDatabaseSettingsReachTheDriverAsTheyAre(t *testing.T) {
	t.Parallel()
	const odd = `it's a \ "password" with spaces`
	d := Database{Host: "db.example", Port: "6432", Name: "the exchange", User: "u", Password: odd, SSLMode: "require"}
	config, err := pgxpool.ParseConfig(d.dsn())
	if err != nil {
		t.Fatal(err)
	}
	c := config.ConnConfig
	if c.Host != d.Host || c.Port != 6432 || c.Database != d.Name || c.User != d.User || c.Password != odd || c.TLSConfig == nil || len(c.Fallbacks) != 0 {
		t.Errorf("the driver was given host %q, port %d, database %q, user %q, password %q, TLS %v, fallbacks %v",
			c.Host, c.Port, c.Database, c.User, c.Password, c.TLSConfig, c.Fallbacks)
	}
}

func TestConfigListsTheVariables(t *testing.T) {
	t.Parallel()
	checkGolden(t, "config.txt", mustRun(t, nil, "config"))
	text := mustRun(t, nil, "config", "--format", "json")
	checkGolden(t, "config.json", text)
	var list []Variable
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) != len(variables(&Config{})) {
		t.Errorf("%d variables, %v", len(list), err)
	}
}

func TestConfigShowsNoValueOfTheEnvironment(t *testing.T) {
	t.Parallel()
	v := complete().with("DATABASE_PASSWORD=hunter-2", "LISTEN_ADDRESS=:7777")
	for _, format := range []string{"text", "json"} {
		out := mustRun(t, v, "config", "--format", format)
		for _, value := range []string{"hunter-2", secretKeyText, "7777"} {
			if strings.Contains(out, value) {
				t.Errorf("%s: %s is shown", format, value)
			}
		}
	}
}
