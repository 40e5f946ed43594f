// Package port finds TCP ports on this machine.
package port

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports below those from which systems pick for outgoing connections (32768 on
// Linux, 49152 elsewhere), so that a server that restarts finds its port free.
const first, last = 20000, 32000

// Free picks a port of 127.0.0.1 on which nothing listens.
func Free() (int, error) {
	var err error
	for range 100 {
		port := first + rand.IntN(last-first) //nolint:gosec // no secret
		if err = Check("127.0.0.1", port); err == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d on 127.0.0.1: %w", first, last, err)
}

// Check returns an error unless one can listen on a port right now.
func Check(host string, port int) error {
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return l.Close()
}
