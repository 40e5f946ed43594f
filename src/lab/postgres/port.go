package postgres

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports below those from which systems pick for outgoing connections (32768 on
// Linux, 49152 elsewhere), so that a server that restarts finds its port free.
const firstPort, lastPort = 20000, 32000

// freePort picks a port on which nothing listens.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort) //nolint:gosec // no secret
		if err = tryPort(port); err == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d on 127.0.0.1: %w", firstPort, lastPort, err)
}

func tryPort(port int) error {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	return l.Close()
}
