package local

import (
	"fmt"
	"io"
	"net"
	"strconv"

	"github.com/bitpin/exchange/src/lab/port"
)

// Config says how to run the exchange.
type Config struct {
	Tree        Tree
	Host        string // to listen on; 127.0.0.1 if other machines shall not reach the demo
	Port        int    // API, page and streams
	MetricsPort int
	Out         io.Writer // gets what the user should read
}

// ExchangeURL is where a client on this machine finds the exchange.
func (c Config) ExchangeURL() string { return c.url(c.Port) }

// MetricsURL is where a client on this machine finds metrics and health.
func (c Config) MetricsURL() string { return c.url(c.MetricsPort) }

func (c Config) url(port int) string {
	host := c.Host
	if ip := net.ParseIP(host); ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port))
}

func (c Config) listen(port int) string { return net.JoinHostPort(c.Host, strconv.Itoa(port)) }

type namedPort struct {
	name string // the Makefile's variable
	port int
}

func (c Config) ports() [2]namedPort {
	return [...]namedPort{{"PORT", c.Port}, {"METRICS_PORT", c.MetricsPort}}
}

func (c Config) validate() error {
	for _, p := range c.ports() {
		if p.port < 1 || p.port > 65535 {
			return fmt.Errorf("%s=%d: a port is a number from 1 to 65535", p.name, p.port)
		}
	}
	if c.Port == c.MetricsPort {
		return fmt.Errorf("PORT and METRICS_PORT are both %d: choose two different ports", c.Port)
	}
	return nil
}

// checkPorts refuses ports that are taken, before anything is started.
func (c Config) checkPorts() error {
	for _, p := range c.ports() {
		if err := port.Check(c.Host, p.port); err != nil {
			return fmt.Errorf("port %d cannot be used (%w): stop what listens there, or choose another port: make run %s=%d", p.port, err, p.name, otherPort(p.port))
		}
	}
	return nil
}

// otherPort suggests a port in place of one that is taken.
func otherPort(port int) int {
	if port > 64535 {
		return port - 1000
	}
	return port + 1000
}
