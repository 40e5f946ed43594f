package link_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/lab/link"
)

// patience is how long what must come may take; moment is how long nothing may come.
const (
	patience = 10 * time.Second
	moment   = 50 * time.Millisecond
)

// echo answers each line with the same one in capitals, and returns its address.
func echo(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					if _, err := io.WriteString(conn, strings.ToUpper(lines.Text())+"\n"); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// client is a connection through a link.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func dial(t *testing.T, l *link.Link) *client {
	t.Helper()
	conn, err := net.Dial("tcp", l.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &client{t, conn, bufio.NewReader(conn)}
}

func (c *client) send(line string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, line+"\n"); err != nil {
		c.t.Fatal(err)
	}
}

// receive returns the next line that comes within a time, or the error.
func (c *client) receive(within time.Duration) (string, error) {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		c.t.Fatal(err)
	}
	line, err := c.in.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}

func (c *client) expect(want string) {
	c.t.Helper()
	if got, err := c.receive(patience); got != want || err != nil {
		c.t.Fatalf("received %q (%v), want %q", got, err, want)
	}
}

func (c *client) expectEnd() {
	c.t.Helper()
	_, err := c.receive(patience)
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatalf("the connection has not ended: %v", err)
	}
}

func TestLinkCarriesBothWays(t *testing.T) {
	t.Parallel()
	l := link.Start(t, echo(t))
	a, b := dial(t, l), dial(t, l)
	a.send("first")
	b.send("second")
	a.expect("FIRST")
	b.expect("SECOND")
}

func TestHeldBytesPassLater(t *testing.T) {
	t.Parallel()
	l := link.Start(t, echo(t))
	c := dial(t, l)
	l.Hold()
	c.send("late")
	if got, err := c.receive(moment); err == nil {
		t.Fatalf("received %q through a link that holds", got)
	}
	l.Pass()
	c.expect("LATE")
}

func TestCutEndsConnectionsUntilItIsMended(t *testing.T) {
	t.Parallel()
	l := link.Start(t, echo(t))
	before := dial(t, l)
	before.send("x")
	before.expect("X")
	l.Cut()
	before.expectEnd()
	dial(t, l).expectEnd()
	l.Mend()
	after := dial(t, l)
	after.send("again")
	after.expect("AGAIN")
}

func TestHeldConnectionCanBeCut(t *testing.T) {
	t.Parallel()
	l := link.Start(t, echo(t))
	c := dial(t, l)
	l.Hold()
	c.send("never")
	l.Cut()
	c.expectEnd()
}

func TestWatchCutsAtTheMoment(t *testing.T) {
	t.Parallel()
	for name, fromClient := range map[string]bool{"on the way there": true, "on the way back": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := link.Start(t, echo(t))
			var seen []string
			l.SetWatch(func(from bool, bytes []byte) bool {
				seen = append(seen, string(bytes))
				return from != fromClient || !strings.EqualFold(string(bytes), "stop\n")
			})
			c := dial(t, l)
			c.send("go")
			c.expect("GO")
			c.send("stop")
			c.expectEnd()
			l.SetWatch(nil)
			want := "go\n GO\n stop\n"
			if !fromClient {
				want += " STOP\n"
			}
			if got := strings.Join(seen, " "); got != want {
				t.Errorf("seen %q, want %q", got, want)
			}
		})
	}
}

func TestURLLeadsThroughTheLink(t *testing.T) {
	t.Parallel()
	l, through := link.ToURL(t, "postgres://user:secret@"+echo(t)+"/name?sslmode=disable")
	if want := "postgres://user:secret@" + l.Address() + "/name?sslmode=disable"; through != want {
		t.Errorf("URL %s, want %s", through, want)
	}
	c := dial(t, l)
	c.send("x")
	c.expect("X")
}
