// Package link carries TCP connections for tests of what happens when the network
// fails: it can hold what is on its way, cut connections, and cut one at a chosen
// moment.
package link

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// Link carries connections from its own address to a target's.
type Link struct {
	listener net.Listener
	target   string
	group    sync.WaitGroup

	mu     sync.Mutex
	change *sync.Cond // of held, or of a connection's end
	held   bool
	cut    bool
	watch  Watch
	open   map[*carried]struct{}
}

// Watch looks at bytes before they are passed on. If it returns false, the
// connection is cut instead, both ways. Calls do not overlap.
type Watch func(fromClient bool, bytes []byte) bool

// carried is one connection: the client's side and the target's.
type carried struct {
	client, target net.Conn
	closed         bool
}

// Start makes a link to an address. It ends with the test.
func Start(tb testing.TB, target string) *Link {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listening for the link to %s: %v", target, err)
	}
	l := &Link{listener: listener, target: target, open: map[*carried]struct{}{}}
	l.change = sync.NewCond(&l.mu)
	l.group.Go(l.accept)
	tb.Cleanup(func() {
		_ = listener.Close()
		l.Cut()
		l.group.Wait()
	})
	return l
}

// Address is where the link listens.
func (l *Link) Address() string { return l.listener.Addr().String() }

// Hold stops all bytes, as a network does that loses every packet.
func (l *Link) Hold() { l.set(func() { l.held = true }) }

// Pass lets held bytes go on.
func (l *Link) Pass() { l.set(func() { l.held = false }) }

// Cut ends all connections and refuses new ones.
func (l *Link) Cut() {
	l.set(func() {
		l.cut = true
		for c := range l.open {
			l.end(c)
		}
	})
}

// Mend allows connections again.
func (l *Link) Mend() { l.set(func() { l.cut = false }) }

// SetWatch has all bytes looked at; nil ends it.
func (l *Link) SetWatch(w Watch) { l.set(func() { l.watch = w }) }

func (l *Link) set(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	l.change.Broadcast()
}

func (l *Link) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.group.Go(func() { l.carry(client) })
	}
}

func (l *Link) carry(client net.Conn) {
	defer client.Close()
	target, err := net.Dial("tcp", l.target)
	if err != nil {
		return
	}
	defer target.Close()
	c := &carried{client: client, target: target}
	if !l.begin(c) {
		return
	}
	defer l.set(func() {
		l.end(c)
		delete(l.open, c)
	})
	var back sync.WaitGroup
	back.Go(func() { l.copy(c, false) })
	l.copy(c, true)
	back.Wait()
}

func (l *Link) begin(c *carried) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.cut {
		l.open[c] = struct{}{}
	}
	return !l.cut
}

// end closes a connection, so that nothing more of it is passed on.
func (l *Link) end(c *carried) {
	c.closed = true
	_ = c.client.Close()
	_ = c.target.Close()
	l.change.Broadcast()
}

// copy passes bytes on in one direction until the connection ends.
func (l *Link) copy(c *carried, fromClient bool) {
	from, to := c.target, c.client
	if fromClient {
		from, to = to, from
	}
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !l.mayPass(c, fromClient, buffer[:n]) {
			return
		}
		if _, writeErr := to.Write(buffer[:n]); err != nil || writeErr != nil {
			break
		}
	}
	l.set(func() { l.end(c) })
}

// mayPass waits while bytes are held, and reports whether these may go on.
func (l *Link) mayPass(c *carried, fromClient bool, bytes []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.held && !c.closed {
		l.change.Wait()
	}
	if c.closed {
		return false
	}
	if l.watch != nil && !l.watch(fromClient, bytes) {
		l.end(c)
		return false
	}
	return true
}

// ToURL makes a link to the host of a URL, and returns the URL that leads through it.
func ToURL(tb testing.TB, text string) (l *Link, through string) {
	tb.Helper()
	u, err := url.Parse(text)
	if err != nil {
		tb.Fatal("the URL cannot be read") // the error would show its password
	}
	l = Start(tb, u.Host)
	u.Host = l.Address()
	return l, u.String()
}
