package rest

import (
	"encoding/json"
	"strconv"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// encoder appends JSON to a buffer, without reflection. A member's name is empty
// for an element of an array. It does not check that what it is told makes sense.
type encoder struct{ b []byte }

func (e *encoder) reset() { e.b = e.b[:0] }

// open begins an object or an array: '{' or '['.
func (e *encoder) open(bracket byte) {
	e.separate()
	e.b = append(e.b, bracket)
}

// openMember begins an object or an array that is a member.
func (e *encoder) openMember(name string, bracket byte) {
	e.name(name)
	e.b = append(e.b, bracket)
}

// close ends an object or an array: '}' or ']'.
func (e *encoder) close(bracket byte) { e.b = append(e.b, bracket) }

func (e *encoder) text(name, value string) {
	e.name(name)
	e.b = appendString(e.b, value)
}

func (e *encoder) amount(name string, value exchange.Amount) {
	e.name(name)
	e.b = append(e.b, '"')
	e.b = value.AppendText(e.b)
	e.b = append(e.b, '"')
}

func (e *encoder) number(name string, value int64) {
	e.name(name)
	e.b = strconv.AppendInt(e.b, value, 10)
}

func (e *encoder) boolean(name string, value bool) {
	e.name(name)
	e.b = strconv.AppendBool(e.b, value)
}

// texts appends an array of strings.
func (e *encoder) texts(name string, values ...string) {
	e.openMember(name, '[')
	for _, value := range values {
		e.text("", value)
	}
	e.close(']')
}

func (e *encoder) name(name string) {
	e.separate()
	if name != "" {
		e.b = append(e.b, '"')
		e.b = append(e.b, name...)
		e.b = append(e.b, '"', ':')
	}
}

// separate appends the comma that a further member or element needs.
func (e *encoder) separate() {
	if len(e.b) == 0 {
		return
	}
	switch e.b[len(e.b)-1] {
	case '{', '[', ':':
	default:
		e.b = append(e.b, ',')
	}
}

func appendString(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // never fails for a string
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"')
}
