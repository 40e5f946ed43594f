package rest_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/rest"
)

func TestParametersComeFromTheQueryAndTheForm(t *testing.T) {
	t.Parallel()
	p, err := rest.ParseParams("symbol=BTCUSDT&note=a%20b%26c", "price=1.5&text=x+y&empty=&bare")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"symbol": "BTCUSDT", "note": "a b&c", "price": "1.5", "text": "x y", "empty": "", "bare": ""} {
		if got, sent := p.Value(name); !sent || got != want {
			t.Errorf("%s = %q (sent: %v), want %q", name, got, sent, want)
		}
	}
	if _, sent := p.Value("absent"); sent {
		t.Error("a parameter that was not sent was found")
	}
}

func TestParametersAreBounded(t *testing.T) {
	t.Parallel()
	many := make([]string, 33)
	for i := range many {
		many[i] = "p" + strconv.Itoa(i) + "=1"
	}
	for name, test := range map[string]struct {
		query, body string
		number      int
	}{
		"twice in the query":            {"a=1&a=1", "", -1101},
		"in the query and in the form":  {"a=1", "a=1", -1101},
		"twice, once escaped":           {"a=1&%61=1", "", -1101},
		"more than any endpoint takes":  {strings.Join(many, "&"), "", -1101},
		"a value that is not escaped":   {"a=%zz", "", -1102},
		"a name that is not escaped":    {"%zz=1", "", -1104},
		"the form's value, not escaped": {"", "a=%4", -1102},
	} {
		_, err := rest.ParseParams(test.query, test.body)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if _, number, message, _ := rest.Answer(err); number != test.number {
			t.Errorf("%s: got %d %s, want %d", name, number, message, test.number)
		}
	}
}

func TestUnknownParametersAreNamed(t *testing.T) {
	t.Parallel()
	p, err := rest.ParseParams("symbol=BTCUSDT&timestamp=1&strategyId=4", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check([]string{"symbol", "strategyId"}, true); err != nil {
		t.Errorf("documented parameters were refused: %v", err)
	}
	_, number, message, _ := rest.Answer(p.Check([]string{"symbol"}, true))
	if want := "Not all sent parameters were read; read '2' parameter(s) but was sent '3'. Unknown parameter 'strategyId'."; number != -1104 || message != want {
		t.Errorf("got %d %q, want -1104 %q", number, message, want)
	}
	if p.Check([]string{"symbol", "strategyId"}, false) == nil {
		t.Error("a public endpoint took a timestamp")
	}
}

func TestPayloadIsWhatWasSentWithoutTheSignature(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ query, body, want string }{
		"last in the query":              {"a=1&b=2&signature=ff", "", "a=1&b=2"},
		"first in the query":             {"signature=ff&a=1", "", "a=1"},
		"between":                        {"a=1&signature=ff&b=2", "", "a=1&b=2"},
		"alone":                          {"signature=ff", "a=1&b=2", "a=1&b=2"},
		"in the query, with a form":      {"timestamp=1&signature=ff", "b=2&a=1", "timestamp=1b=2&a=1"},
		"last in the form":               {"", "a=1&signature=ff", "a=1"},
		"first in the form, and a query": {"q=1", "signature=ff&a=1", "q=1a=1"},
		"escapes stay as they are":       {"a=%7e+%7E&signature=ff", "", "a=%7e+%7E"},
		"none":                           {"a=1", "b=2", "a=1b=2"},
		"a longer name is another":       {"signature2=1&signature=ff", "", "signature2=1"},
	} {
		p, err := rest.ParseParams(test.query, test.body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := p.Payload(); got != test.want {
			t.Errorf("%s: payload %q, want %q", name, got, test.want)
		}
	}
}
