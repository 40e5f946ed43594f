package postgres_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy passes PostgreSQL's protocol on between a client and the server, until it
// is told to fail.
type proxy struct {
	address string // of the server
	mode    atomic.Int32
	resume  chan struct{} // closed: what was held back goes on
	done    chan struct{} // closed when the server has answered what was held back
}

// How a proxy fails.
const (
	faithful     int32 = iota
	cutAtCommit        // when COMMIT comes by: the server never sees it
	cutAtConfirm       // when its confirmation comes back: the client never sees it
	holdAtBegin        // nothing from BEGIN on goes to the server before resume is closed
	silent             // nothing goes either way
	closed             // new connections are closed at once
)

// newProxy starts a proxy and returns it with the URL of the database behind it.
func newProxy(t *testing.T, databaseURL string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: u.Host, resume: make(chan struct{}), done: make(chan struct{})}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { p.serve(ctx, client) })
		}
	})
	t.Cleanup(func() {
		cancel()
		_ = listener.Close()
		group.Wait()
	})
	u.Host = listener.Addr().String()
	return p, u.String()
}

func (p *proxy) serve(ctx context.Context, client net.Conn) {
	defer client.Close()
	if p.mode.Load() == closed {
		return
	}
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.address)
	if err != nil {
		return
	}
	defer server.Close()
	stop := context.AfterFunc(ctx, func() {
		_ = client.Close()
		_ = server.Close()
	})
	defer stop()
	var group sync.WaitGroup
	group.Go(func() {
		if err := p.toClient(client, server); errors.Is(err, errCut) {
			_ = server.Close()
		}
		_ = client.Close()
	})
	_ = p.toServer(ctx, client, server)
	_ = server.Close()
	group.Wait()
}

var errCut = errors.New("the connection was cut on purpose")

// toServer passes the client's messages on. Statements are prepared under names;
// those of BEGIN and COMMIT are remembered.
func (p *proxy) toServer(ctx context.Context, client io.Reader, server io.Writer) error {
	startup, err := readBody(client)
	if err != nil {
		return err
	}
	if _, err := server.Write(startup); err != nil {
		return err
	}
	statements := map[string]string{}
	for {
		kind, message, err := readMessage(client)
		if err != nil {
			return err
		}
		switch fields := bytes.Split(message[5:], []byte{0}); kind {
		case 'P':
			statements[string(fields[0])] = string(fields[1])
		case 'B':
			if err := p.beforeStatement(ctx, statements[string(fields[1])]); err != nil {
				return err
			}
		}
		if p.mode.Load() == silent {
			continue
		}
		if _, err := server.Write(message); err != nil {
			return err
		}
	}
}

func (p *proxy) beforeStatement(ctx context.Context, sql string) error {
	switch mode := p.mode.Load(); {
	case mode == cutAtCommit && sql == "COMMIT":
		return errCut
	case mode == holdAtBegin && sql == "BEGIN":
		select {
		case <-p.resume:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (p *proxy) toClient(client io.Writer, server io.Reader) error {
	for {
		kind, message, err := readMessage(server)
		if err != nil {
			return err
		}
		switch p.mode.Load() {
		case cutAtConfirm:
			if kind == 'C' && string(message[5:]) == "COMMIT\x00" {
				return errCut
			}
		case holdAtBegin:
			if kind == 'Z' { // the server has finished with the flight
				close(p.done)
				return nil
			}
			continue // the client has gone
		case silent:
			continue
		}
		if _, err := client.Write(message); err != nil {
			return err
		}
	}
}

// readMessage reads one message and returns it whole, with its kind.
func readMessage(r io.Reader) (kind byte, message []byte, err error) {
	var first [1]byte
	if _, err := io.ReadFull(r, first[:]); err != nil {
		return 0, nil, err
	}
	body, err := readBody(r)
	return first[0], append(first[:], body...), err
}

// readBody reads a length, which counts itself, and what it is the length of.
func readBody(r io.Reader) ([]byte, error) {
	length := make([]byte, 4)
	if _, err := io.ReadFull(r, length); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(length))
	copy(body, length)
	_, err := io.ReadFull(r, body[4:])
	return body, err
}
