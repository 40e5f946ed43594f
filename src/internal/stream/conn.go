package stream

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"
)

// Why the hub closes connections, as close codes.
const (
	statusPolicy    = websocket.StatusPolicyViolation // too slow, too noisy, silent
	statusRestart   = websocket.StatusServiceRestart  // batches were missed
	statusGoingAway = websocket.StatusGoingAway       // shutdown, or the connection's age
)

// Whether what is in a connection's queue is sent before it is closed.
const (
	keepQueue = true
	dropQueue = false
)

// conn is one WebSocket connection. The handler's goroutine reads from it, another
// writes its queue, a third keeps it alive.
type conn struct {
	hub     *Hub
	ws      *websocket.Conn
	address netip.Prefix
	api     bool // of /ws-api/v3
	limiter *rate.Limiter
	ctx     context.Context // ends with the connection
	cancel  context.CancelFunc

	// Guarded by the hub's lock.
	combined         bool // wants envelopes
	topics           map[*topic]struct{}
	accounts         []*subscription
	nextSubscription int

	queue queue
}

// queue holds messages that wait to be written. It is bounded.
type queue struct {
	mu       sync.Mutex
	messages [][]byte
	bytes    int
	closing  *websocket.CloseError // set once: nothing is added any more
	changed  chan struct{}
}

// push queues a message without ever blocking. A full queue ends the connection.
func (c *conn) push(message []byte) {
	q := &c.queue
	q.mu.Lock()
	full := len(q.messages) >= c.hub.tuning.queueMessages || q.bytes+len(message) > c.hub.tuning.queueBytes
	open := q.closing == nil
	if open && !full {
		q.messages = append(q.messages, message)
		q.bytes += len(message)
	}
	q.mu.Unlock()
	switch {
	case open && !full:
		q.signal()
	case open:
		c.noteSlow()
		c.end(statusPolicy, "slow consumer: messages are not read fast enough; connect again and take a new snapshot", dropQueue)
	}
}

func (c *conn) noteSlow() {
	c.hub.options.Metrics.SlowConsumer()
	c.hub.options.Log.Info("closing a stream that is not read fast enough", "address", c.address.String())
}

// end closes the connection with a reason of at most 123 bytes, after what is
// queued if keep says so. Only the first call counts.
func (c *conn) end(code websocket.StatusCode, reason string, keep bool) {
	q := &c.queue
	q.mu.Lock()
	if q.closing == nil {
		q.closing = &websocket.CloseError{Code: code, Reason: reason}
		if !keep {
			q.messages, q.bytes = nil, 0
		}
	}
	q.mu.Unlock()
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.changed <- struct{}{}:
	default:
	}
}

// next takes a message from the queue, or how to close once it is empty.
func (q *queue) next() (message []byte, closing *websocket.CloseError) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.messages) == 0 {
		q.messages = nil // let go of the array
		return nil, q.closing
	}
	message = q.messages[0]
	q.messages[0] = nil
	q.messages = q.messages[1:]
	q.bytes -= len(message)
	return message, nil
}

func (q *queue) ending() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closing != nil
}

// write sends what is queued until the connection ends.
func (c *conn) write() {
	defer c.cancel()
	for {
		message, closing := c.queue.next()
		switch {
		case message != nil:
			if err := c.writeOne(message); err != nil {
				return
			}
		case closing != nil:
			_ = c.ws.Close(closing.Code, closing.Reason) // waits for the peer, but not for long
			return
		default:
			select {
			case <-c.ctx.Done():
				return
			case <-c.queue.changed:
			}
		}
	}
}

// writeOne sends a message. A client that does not take it in time is cut off
// without a close frame, which it would not take either.
func (c *conn) writeOne(message []byte) error {
	ctx, cancel := context.WithTimeout(c.ctx, c.hub.tuning.write)
	defer cancel()
	err := c.ws.Write(ctx, websocket.MessageText, message)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && !c.queue.ending() {
		c.noteSlow()
	}
	return err
}

// read answers the client's messages until the connection ends.
func (c *conn) read() {
	c.ws.SetReadLimit(maxMessage)
	for {
		kind, message, err := c.ws.Read(c.ctx)
		if err != nil {
			return
		}
		if !c.allow() || c.queue.ending() {
			continue // until the closing handshake is done
		}
		switch {
		case kind != websocket.MessageText:
			c.push(encode(invalidJSON("expected a text message")))
		case c.api:
			c.hub.serveRequest(c, message)
		default:
			c.hub.serveControl(c, message)
		}
	}
}

// allow counts a message or ping of the client and ends the connection if there are
// too many.
func (c *conn) allow() bool {
	if c.limiter.Allow() {
		return true
	}
	c.end(statusPolicy, "too many requests: at most 5 messages a second", dropQueue)
	return false
}

// keepAlive pings the client, and ends the connection if it does not answer, grows
// too old, or listens to an account with a key that has been revoked.
func (c *conn) keepAlive() {
	t := &c.hub.tuning
	opened := time.Now()
	answered := opened
	for next := opened.Add(t.ping); ; next = next.Add(t.ping) {
		select {
		case <-c.ctx.Done():
			return
		case <-time.After(time.Until(next)):
		}
		if c.ping() == nil {
			answered = time.Now()
		}
		switch {
		case time.Since(answered) >= t.pongTimeout:
			c.end(statusPolicy, "no pong: pings must be answered within 60 seconds", dropQueue)
		case time.Since(opened) >= t.lifetime:
			c.end(statusGoingAway, "a connection lasts 24 hours; connect again", keepQueue)
		}
		c.hub.checkKeys(c)
	}
}

// ping waits for the pong at most until the next ping is due.
func (c *conn) ping() error {
	ctx, cancel := context.WithTimeout(c.ctx, c.hub.tuning.ping)
	defer cancel()
	return c.ws.Ping(ctx)
}
