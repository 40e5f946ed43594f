package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// Config is what the environment says. This file alone reads it.
type Config struct {
	Database  Database
	SecretKey []byte

	ListenAddress    string
	MetricsAddress   string
	PeerAddress      string
	AdvertiseAddress string
	SecureCookies    bool
	TrustedProxies   []netip.Prefix
	MaxConnections   int

	MakerFee, TakerFee exchange.FeeRate
	MaxOpenOrders      int

	LeaseDuration    time.Duration
	BatchMaxCommands int
	BatchMaxDelay    time.Duration
	BatchRetention   time.Duration
	QueueLimit       int
	CommandTimeout   time.Duration

	WeightLimit                 int
	OrderLimit                  int
	BodyLimit                   int
	StreamConnectionsPerAddress int

	AuditInterval   time.Duration
	ShutdownDelay   time.Duration
	ShutdownTimeout time.Duration
	LogLevel        slog.Level
}

// Database says where the database is.
type Database struct {
	Host, Port, Name, User, Password string
	SSLMode, SSLRootCert             string
	MaxConnections                   int
}

// The subcommands that read the environment.
const (
	cmdServe   = "serve"
	cmdMigrate = "migrate"
	cmdSeed    = "seed"
	cmdVerify  = "verify"
)

// Who reads a variable.
var (
	everyCommand = []string{cmdServe, cmdMigrate, cmdSeed, cmdVerify}
	writers      = []string{cmdServe, cmdSeed} // they execute commands
	onlyServe    = []string{cmdServe}
)

// Variable is one variable of the environment. The table of all of them drives the
// parsing as well as what `exchange config` shows, so the two cannot differ.
type Variable struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Default  string   `json:"default"`
	Required bool     `json:"required"`
	Secret   bool     `json:"secret"`
	Commands []string `json:"commands"` // that read it
	Meaning  string   `json:"meaning"`
	set      func(text string) error
}

// variables is the table, with setters that write into c.
func variables(c *Config) []Variable {
	db := &c.Database
	return slices.Concat(
		rows(everyCommand,
			row("DATABASE_HOST", "", text(&db.Host), "PostgreSQL's host name or address, or the directory of its Unix socket").required(),
			row("DATABASE_PORT", "5432", portNumber(&db.Port), "PostgreSQL's port"),
			row("DATABASE_NAME", "exchange", text(&db.Name), "name of the database"),
			row("DATABASE_USER", "exchange", text(&db.User), "role that owns the schema"),
			row("DATABASE_PASSWORD", "", text(&db.Password), "the role's password").required().secret(),
			row("DATABASE_SSLMODE", "verify-full", oneOf(&db.SSLMode, "disable", "require", "verify-ca", "verify-full"), "how the connection to PostgreSQL is protected, as in libpq"),
			row("DATABASE_SSLROOTCERT", "", text(&db.SSLRootCert), "file with the certificate authorities that PostgreSQL's certificate is checked against; the system's if empty"),
			row("DATABASE_MAX_CONNECTIONS", "20", integer(&db.MaxConnections, 4, 1000), "connections to PostgreSQL that one process opens at most"),
		),
		rows(writers,
			row("SECRET_KEY", "", secretKey(&c.SecretKey), "key from which those for API secrets, sessions and peers are derived; the same on all replicas (openssl rand -base64 32)").required().secret(),
			row("MAKER_FEE", "0.001", fee(&c.MakerFee), "fraction of what a resting order receives; an order keeps the fee of its day"),
			row("TAKER_FEE", "0.001", fee(&c.TakerFee), "fraction of what an arriving order receives"),
			row("MAX_OPEN_ORDERS", "200", integer(&c.MaxOpenOrders, 1, 100_000), "open orders of an account in a market"),
			row("LEASE_DURATION", "2s", duration(&c.LeaseDuration, 500*time.Millisecond, time.Minute), "how long the writer's lease outlives the writer: the wait after a crash; the same on all replicas"),
			row("BATCH_MAX_COMMANDS", "1024", integer(&c.BatchMaxCommands, 1, 10_000), "commands in one commit at most"),
			row("BATCH_MAX_DELAY", "0s", duration(&c.BatchMaxDelay, 0, 100*time.Millisecond), "how long a commit waits for more commands; at 0s batches fill while the one before is committed"),
			row("BATCH_RETENTION", "1h", duration(&c.BatchRetention, time.Minute, 30*24*time.Hour), "how long a replica that fell behind finds the batches that it missed"),
			row("QUEUE_LIMIT", "8192", integer(&c.QueueLimit, 1, 1_000_000), "commands that may wait for the writer; more are refused"),
			row("COMMAND_TIMEOUT", "5s", duration(&c.CommandTimeout, 100*time.Millisecond, time.Minute), "how long a command may take, a change of the writer included"),
			row("LOG_LEVEL", "info", level(&c.LogLevel), "least severity that is logged"),
		),
		serveVariables(c),
	)
}

// serveVariables are those that only `exchange serve` reads.
func serveVariables(c *Config) []Variable {
	return rows(onlyServe,
		row("LISTEN_ADDRESS", ":8000", address(&c.ListenAddress), "where the API, the page and the streams listen"),
		row("METRICS_ADDRESS", ":8001", address(&c.MetricsAddress), "where /metrics, /livez and /readyz listen"),
		row("PEER_ADDRESS", ":8002", address(&c.PeerAddress), "where commands of other replicas are taken"),
		row("ADVERTISE_ADDRESS", "", peer(&c.AdvertiseAddress), "host:port where other replicas reach this one's PEER_ADDRESS; this machine's name with that port if empty"),
		row("SECURE_COOKIES", "true", boolean(&c.SecureCookies), "browsers reach the page by HTTPS alone; false only without TLS"),
		row("TRUSTED_PROXIES", "", prefixes(&c.TrustedProxies), "networks, separated by commas, whose X-Forwarded-For is believed"),
		row("MAX_CONNECTIONS", "20000", integer(&c.MaxConnections, 16, 1_000_000), "connections of clients at most, streams included; more wait"),
		row("WEIGHT_LIMIT", "6000", integer(&c.WeightLimit, 1, 100_000_000), "request weight a minute and client address"),
		row("ORDER_LIMIT", "100", integer(&c.OrderLimit, 1, 10_000_000), "orders in 10 s and account"),
		row("BODY_LIMIT", "65536", integer(&c.BodyLimit, 1024, 1<<20), "bytes of a request's body"),
		row("STREAM_CONNECTIONS_PER_ADDRESS", "100", integer(&c.StreamConnectionsPerAddress, 1, 100_000), "WebSocket connections of a client address"),
		row("AUDIT_INTERVAL", "1m", duration(&c.AuditInterval, 100*time.Millisecond, 24*time.Hour), "time between two audits of the ledger by the writer"),
		row("SHUTDOWN_DELAY", "0s", duration(&c.ShutdownDelay, 0, 5*time.Minute), "how long a replica that is no longer ready keeps serving, until load balancers have noticed"),
		row("SHUTDOWN_TIMEOUT", "20s", duration(&c.ShutdownTimeout, time.Second, 10*time.Minute), "how long requests and streams may take to end after that"),
	)
}

func row(name, standard string, p parser, meaning string) Variable {
	return Variable{Name: name, Type: p.kind, Default: standard, Meaning: meaning, set: p.set}
}

func rows(commands []string, vs ...Variable) []Variable {
	for i := range vs {
		vs[i].Commands = commands
	}
	return vs
}

func (v Variable) required() Variable { v.Required = true; return v }
func (v Variable) secret() Variable   { v.Secret = true; return v }

// VariableError says what is wrong with one variable. It never shows a secret.
type VariableError struct {
	Name    string
	Problem string
}

// Error is one line that begins with the variable's name.
func (e *VariableError) Error() string { return e.Name + ": " + e.Problem }

// readConfig reads the variables of a subcommand. An empty variable counts as
// absent. The error joins one *VariableError for each variable at fault.
func readConfig(command string, lookup func(string) (string, bool)) (Config, error) {
	var c Config
	var problems []error
	for _, v := range variables(&c) {
		if !slices.Contains(v.Commands, command) {
			continue
		}
		if err := v.read(lookup); err != nil {
			problems = append(problems, err)
		}
	}
	if len(problems) > 0 {
		return Config{}, errors.Join(problems...)
	}
	if command == cmdServe {
		if err := c.completeAddresses(); err != nil {
			return Config{}, err
		}
	}
	return c, nil
}

// environment looks a variable up in the process's environment.
func environment(name string) (string, bool) { return os.LookupEnv(name) }

func (v *Variable) read(lookup func(string) (string, bool)) error {
	text, _ := lookup(v.Name)
	switch {
	case text == "" && v.Required:
		return &VariableError{v.Name, "is required: " + v.Meaning}
	case text == "":
		text = v.Default
	}
	if text == "" {
		return nil
	}
	err := v.set(text)
	switch {
	case err == nil:
		return nil
	case v.Secret:
		return &VariableError{v.Name, err.Error()}
	}
	return &VariableError{v.Name, fmt.Sprintf("%q: %v", text, err)}
}

// completeAddresses checks the addresses against each other and finds the one for
// the other replicas.
func (c *Config) completeAddresses() error {
	listens := []struct{ name, address string }{
		{"LISTEN_ADDRESS", c.ListenAddress}, {"METRICS_ADDRESS", c.MetricsAddress}, {"PEER_ADDRESS", c.PeerAddress},
	}
	for i, a := range listens {
		for _, b := range listens[:i] {
			if a.address == b.address && !strings.HasSuffix(a.address, ":0") {
				return &VariableError{a.name, fmt.Sprintf("%q: is the same as %s", a.address, b.name)}
			}
		}
	}
	if c.AdvertiseAddress != "" {
		return nil
	}
	host, err := os.Hostname()
	if err != nil {
		return &VariableError{"ADVERTISE_ADDRESS", "is empty, and this machine's name cannot be read: " + err.Error()}
	}
	_, number, err := net.SplitHostPort(c.PeerAddress)
	if err != nil || number == "0" {
		return &VariableError{"ADVERTISE_ADDRESS", "is required when PEER_ADDRESS has no fixed port"}
	}
	c.AdvertiseAddress = net.JoinHostPort(host, number)
	return nil
}

// dsn is the connection string for pgx. Only a server that takes writes will do:
// after a failover the old one may still answer, as a standby.
func (d *Database) dsn() string {
	var b strings.Builder
	for _, setting := range [][2]string{
		{"host", d.Host}, {"port", d.Port}, {"dbname", d.Name}, {"user", d.User}, {"password", d.Password},
		{"sslmode", d.SSLMode}, {"sslrootcert", d.SSLRootCert}, {"target_session_attrs", "read-write"},
	} {
		if setting[1] != "" {
			b.WriteString(setting[0] + "='" + quoter.Replace(setting[1]) + "' ")
		}
	}
	return b.String()
}

var quoter = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
