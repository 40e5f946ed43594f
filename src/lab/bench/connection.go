package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// answerTimeout bounds how long one answer may take.
const answerTimeout = 30 * time.Second

// connection sends requests that are written out already, one after the other. It
// reads of an answer no more than it must: net/http's client would cost more than the
// exchange's part of the work.
type connection struct {
	net    net.Conn
	reader *bufio.Reader
}

func dial(ctx context.Context, address string) (*connection, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting to the exchange: %w", err)
	}
	return &connection{c, bufio.NewReaderSize(c, 4096)}, nil
}

func (c *connection) close() { _ = c.net.Close() }

func dialAll(ctx context.Context, address string, n int) ([]*connection, error) {
	connections := make([]*connection, 0, n)
	for range n {
		c, err := dial(ctx, address)
		if err != nil {
			closeAll(connections)
			return nil, err
		}
		connections = append(connections, c)
	}
	return connections, nil
}

func closeAll(connections []*connection) {
	for _, c := range connections {
		c.close()
	}
}

// send sends a request and returns the answer's status. The body is thrown away
// unless the status is a surprise.
func (c *connection) send(request []byte) (status int, err error) {
	if err := c.net.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return 0, fmt.Errorf("setting a deadline: %w", err)
	}
	if _, err := c.net.Write(request); err != nil {
		return 0, fmt.Errorf("sending a request: %w", err)
	}
	status, length, err := c.head()
	if err != nil {
		return 0, fmt.Errorf("reading an answer: %w", err)
	}
	if expected(status) {
		if _, err := c.reader.Discard(length); err != nil {
			return 0, fmt.Errorf("reading an answer: %w", err)
		}
		return status, nil
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(c.reader, body); err != nil {
		return 0, fmt.Errorf("reading an answer: %w", err)
	}
	return status, fmt.Errorf("the exchange answers %d: %s", status, body)
}

// The statuses that the load brings about: done, and refused, such as a cancel that
// comes too late.
const (
	done    = 200
	refused = 400
)

func expected(status int) bool { return status == done || status == refused }

var (
	errNoHTTP   = errors.New("it is no answer of HTTP/1.1")
	errNoLength = errors.New("it has no Content-Length")
)

// head reads the status line and the headers.
func (c *connection) head() (status, length int, err error) {
	line, err := c.reader.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, 0, errNoHTTP
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, errNoHTTP
	}
	length = -1
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(": ")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 {
				return 0, 0, errNoLength
			}
		}
	}
	if length < 0 {
		return 0, 0, errNoLength
	}
	return status, length, nil
}
