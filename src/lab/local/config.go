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

// checkPorts refuses ports that are not ours to take, before anything is started.
func (c Config) checkPorts() error {
	if c.Port == c.MetricsPort {
		return fmt.Errorf("PORT and METRICS_PORT are both %d: choose two different ports", c.Port)
	}
	for _, p := range []struct {
		name string
		port int
	}{{"PORT", c.Port}, {"METRICS_PORT", c.MetricsPort}} {
		if p.port < 1 || p.port > 65535 {
			return fmt.Errorf("%s=%d: a port is a number from 1 to 65535", p.name, p.port)
		}
		if err := port.Check(c.Host, p.port); err != nil {
			return fmt.Errorf("port %d cannot be used (%w): stop what listens there, or choose another port: make run %s=%d", p.port, err, p.name, p.port+1000)
		}
	}
	return nil
}
