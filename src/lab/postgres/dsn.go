package postgres

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Address is where a server listens.
type Address struct {
	Host string
	Port int
}

// String returns host:port.
func (a Address) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) }

// DSN is what a client needs to connect to one database.
type DSN struct {
	Address
	User, Password, Database string
}

// ParseDSN reads what URL wrote.
func ParseDSN(text string) (DSN, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The error of url.Parse repeats the text, password included.
		return DSN{}, errors.New("the database's URL cannot be read")
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || u.Scheme != "postgres" {
		return DSN{}, fmt.Errorf("the database's URL must be postgres://user:password@host:port/name, and is %s", u.Redacted())
	}
	password, _ := u.User.Password()
	return DSN{Address{u.Hostname(), port}, u.User.Username(), password, strings.TrimPrefix(u.Path, "/")}, nil
}

// URL returns the connection URL, password included.
func (d DSN) URL() string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(d.User, d.Password), Host: d.Address.String(),
		Path: "/" + d.Database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Environment returns the variables that make the exchange use this database.
func (d DSN) Environment() []string {
	return []string{
		"DATABASE_HOST=" + d.Host,
		"DATABASE_PORT=" + strconv.Itoa(d.Port),
		"DATABASE_NAME=" + d.Database,
		"DATABASE_USER=" + d.User,
		"DATABASE_PASSWORD=" + d.Password,
		"DATABASE_SSLMODE=disable",
	}
}
