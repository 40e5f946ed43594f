package rest

import (
	"net/url"
	"slices"
	"strings"
)

// maxParams bounds the parameters of a request; no endpoint has half as many.
const maxParams = 32

// The parameters that sign a request. Every signed endpoint takes them.
const (
	paramSignature  = "signature"
	paramTimestamp  = "timestamp"
	paramRecvWindow = "recvWindow"
)

// params are the parameters of a request, from its query and its form together.
// What is wrong with them is kept in err: the first fault counts.
type params struct {
	list [maxParams]param
	n    int
	err  error

	query, body string // as they were sent
	signature   span   // where the signature stands in them
}

type param struct{ name, value string }

// span is a part of the query or of the body.
type span struct {
	inBody     bool
	start, end int // 0, 0: nowhere
}

// reset forgets everything, so that a pool does not keep what clients sent.
func (p *params) reset() {
	clear(p.list[:p.n])
	*p = params{list: p.list}
}

// parse reads a query and a form, such as "a=1&b=2". The form may be empty.
func (p *params) parse(query, body string) error {
	p.query, p.body = query, body
	if err := p.parsePart(query, false); err != nil {
		return err
	}
	return p.parsePart(body, true)
}

func (p *params) parsePart(text string, inBody bool) error {
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '&'); i >= 0 {
			end = start + i
		}
		if end > start {
			if err := p.add(text[start:end], span{inBody, start, end}); err != nil {
				return err
			}
		}
		start = end + 1
	}
	return nil
}

func (p *params) add(pair string, at span) error {
	name, value, _ := strings.Cut(pair, "=")
	name, ok := unescape(name)
	if !ok {
		return errUnread("", p.n, p.n+1)
	}
	value, ok = unescape(value)
	switch {
	case !ok:
		return errMissing(name)
	case p.n == maxParams:
		return errTooMany
	case p.index(name) >= 0:
		return errDuplicated
	}
	p.list[p.n] = param{name, value}
	p.n++
	if name == paramSignature {
		p.signature = at
	}
	return nil
}

func unescape(text string) (string, bool) {
	if !strings.ContainsAny(text, "%+") {
		return text, true
	}
	plain, err := url.QueryUnescape(text)
	return plain, err == nil
}

func (p *params) index(name string) int {
	for i := range p.n {
		if p.list[i].name == name {
			return i
		}
	}
	return -1
}

// value returns a parameter's value.
func (p *params) value(name string) (value string, sent bool) {
	if i := p.index(name); i >= 0 {
		return p.list[i].value, true
	}
	return "", false
}

// check refuses parameters that are neither accepted nor, if the request is signed,
// those of a signature.
func (p *params) check(accepted []string, signed bool) error {
	unknown, known := -1, 0
	for i := range p.n {
		name := p.list[i].name
		switch {
		case slices.Contains(accepted, name), signed && (name == paramSignature || name == paramTimestamp || name == paramRecvWindow):
			known++
		case unknown < 0:
			unknown = i
		}
	}
	if unknown >= 0 {
		return errUnread(p.list[unknown].name, known, p.n)
	}
	return nil
}

// appendPayload appends what was signed: the query and the body as they were sent,
// without the signature and the "&" that joins it to its neighbour.
func (p *params) appendPayload(b []byte) []byte {
	if p.signature.inBody {
		b = append(b, p.query...)
		return appendWithout(b, p.body, p.signature)
	}
	b = appendWithout(b, p.query, p.signature)
	return append(b, p.body...)
}

func appendWithout(b []byte, text string, cut span) []byte {
	switch {
	case cut.end == 0:
	case cut.start > 0:
		cut.start--
	case cut.end < len(text):
		cut.end++
	}
	b = append(b, text[:cut.start]...)
	return append(b, text[cut.end:]...)
}
