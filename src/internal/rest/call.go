package rest

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bitpin/exchange/src/internal/client"
	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	// readTimeout bounds what a request may ask of the database. Commands bound
	// themselves.
	readTimeout = 10 * time.Second

	// maxQuery bounds the query string: a list of 100 symbols fits.
	maxQuery = 8 << 10

	// keptBuffer is how large a buffer may be to be used again.
	keptBuffer = 64 << 10
)

const formType = "application/x-www-form-urlencoded"

// Values of Content-Type, as net/http keeps them.
var (
	jsonType    = []string{"application/json;charset=UTF-8"}
	problemType = []string{"application/problem+json"}
	noStore     = []string{"no-store"}
	noSniff     = []string{"nosniff"}
)

// call is one request on its way through the API. Calls are used again: nothing of
// them may outlive the request.
type call struct {
	api      *api
	endpoint *endpoint
	w        http.ResponseWriter
	r        *http.Request
	ctx      deadline // for reading; ends with the request or after readTimeout
	now      exchange.Millis
	from     netip.Prefix
	params   params
	key      exchange.APIKey // whose request it is, once authenticated

	body     []byte // as it was sent
	scratch  []byte
	out      encoder // the answer
	answered bool
}

var calls = sync.Pool{New: func() any { return &call{} }}

func (c *call) release() {
	c.params.reset()
	*c = call{params: c.params, body: reusable(c.body), scratch: reusable(c.scratch), out: encoder{reusable(c.out.b)}}
	calls.Put(c)
}

func reusable(b []byte) []byte {
	if cap(b) > keptBuffer {
		return nil
	}
	return b[:0]
}

// serve returns the handler of an endpoint.
func (a *api) serve(e *endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := calls.Get().(*call)
		c.api, c.endpoint, c.w, c.r = a, e, w, r
		c.now = exchange.Millis(a.Now().UnixMilli())
		defer c.release()
		defer c.recover()
		c.ctx = newDeadline(r.Context(), readTimeout)
		defer c.ctx.cancel()
		if err := c.run(); err != nil {
			c.refuse(err)
		}
	})
}

// run leads the request past every check to its handler.
func (c *call) run() error {
	e := c.endpoint
	c.from = client.Network(client.Address(c.r, c.api.TrustedProxies))
	if err := c.charge(e.weight); err != nil {
		return err
	}
	if err := c.read(); err != nil {
		return err
	}
	if e.scope != 0 {
		if err := c.authenticate(); err != nil {
			return err
		}
	}
	if !e.nowhere {
		if err := c.params.check(e.params, e.scope != 0); err != nil {
			return err
		}
	}
	if e.scope != anyScope {
		if err := c.allow(e.scope); err != nil {
			return err
		}
	}
	return e.handle(c)
}

// charge counts the request against the address that it comes from.
func (c *call) charge(weight int) error {
	verdict := c.api.weights.take(c.from, weight, c.now)
	c.w.Header()["X-Mbx-Used-Weight-1m"] = []string{strconv.Itoa(verdict.spent)}
	if verdict.wait == 0 {
		return nil
	}
	c.retryAfter(verdict.wait)
	if verdict.banned {
		return errBanned(c.now + verdict.wait)
	}
	return errWeight(c.api.WeightLimit)
}

// read takes in the query and the body.
func (c *call) read() error {
	query := c.r.URL.RawQuery
	if len(query) > maxQuery {
		return errTooLarge("query", maxQuery)
	}
	if err := c.readBody(); err != nil {
		return err
	}
	if c.endpoint.own {
		// Its body is no form, but it is signed all the same.
		if err := c.params.parse(query, ""); err != nil {
			return err
		}
		c.params.body = string(c.body)
		return nil
	}
	if len(c.body) > 0 && !hasType(c.r, formType) {
		return errMedia(formType)
	}
	return c.params.parse(query, string(c.body))
}

func (c *call) readBody() error {
	limit := c.api.BodyLimit
	if c.r.ContentLength > limit {
		return errTooLarge("body", limit)
	}
	if c.r.Body == nil || c.r.Body == http.NoBody {
		return nil
	}
	body := http.MaxBytesReader(c.w, c.r.Body, limit)
	for {
		if len(c.body) == cap(c.body) {
			c.body = append(c.body, 0)[:len(c.body)]
		}
		n, err := body.Read(c.body[len(c.body):cap(c.body)])
		c.body = c.body[:len(c.body)+n]
		var tooLarge *http.MaxBytesError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &tooLarge):
			return errTooLarge("body", limit)
		case err != nil:
			return &exchange.Error{Code: exchange.CodeInvalidParameter, Message: "The body did not arrive in full."}
		}
	}
}

// hasType reports whether the body is said to be of a media type; its parameters,
// such as charset, do not matter.
func hasType(r *http.Request, want string) bool {
	mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), want)
}

// answer sends what the handler has encoded.
func (c *call) answer() error {
	c.write(http.StatusOK, jsonType)
	return nil
}

func (c *call) write(status int, contentType []string) {
	c.answered = true
	h := c.w.Header()
	h["Content-Type"], h["Cache-Control"], h["X-Content-Type-Options"] = contentType, noStore, noSniff
	c.w.WriteHeader(status)
	_, _ = c.w.Write(c.out.b) // a client that has gone is not told
}

// recover answers for a handler that panicked.
func (c *call) recover() {
	fault := recover()
	if fault == nil {
		return
	}
	if fault == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so, too
		panic(fault)
	}
	c.api.log.Error("a handler panicked", "path", c.r.URL.Path, "panic", fault, "stack", string(debug.Stack()))
	if !c.answered {
		c.refuse(errInternal)
	}
}
