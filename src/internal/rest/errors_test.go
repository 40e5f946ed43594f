package rest_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/rest"
)

// codes reads the constants of type Code from the source of package exchange.
func codes(t *testing.T) []exchange.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../exchange/error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []exchange.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is {
			return true
		}
		if kind, is := spec.Type.(*ast.Ident); is && kind.Name == "Code" {
			for _, value := range spec.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, exchange.Code(text))
			}
		}
		return true
	})
	return list
}

func TestEveryCodeHasAnAnswer(t *testing.T) {
	t.Parallel()
	all := codes(t)
	if len(all) < 30 {
		t.Fatalf("only %d codes found", len(all))
	}
	for _, code := range all {
		if !rest.HasAnswer(code) {
			t.Errorf("%s has no answer", code)
			continue
		}
		status, number, message, own := rest.Answer(&exchange.Error{Code: code, Message: "why"})
		if message != "why" || number > -1000 || number < -2015 || status < 400 || status > 599 || own < 400 || own > 599 {
			t.Errorf("%s: %d %d %q, under /api/v1 %d", code, status, number, message, own)
		}
		unknown := code == exchange.CodeUnknownOutcome || code == exchange.CodeInternal
		if (status == 500 || status == 504) != unknown {
			t.Errorf("%s: status %d says the wrong thing of the outcome", code, status)
		}
	}
	if rest.AnswerCount() != len(all) {
		t.Errorf("%d answers for %d codes", rest.AnswerCount(), len(all))
	}
}

func TestErrorsHaveBinancesNumbers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err            error
		status, number int
		message        string
	}{
		{exchange.ErrInvalidSymbol, 400, -1121, "Invalid symbol."},
		{exchange.ErrInsufficientBalance, 400, -2010, "Account has insufficient balance for requested action."},
		{exchange.ErrDuplicateOrder, 400, -2010, "Duplicate order sent."},
		{exchange.ErrWouldMatch, 400, -2010, "Order would immediately match and take."},
		{exchange.ErrUnknownOrder, 400, -2011, "Unknown order sent."},
		{exchange.ErrOrderNotFound, 400, -2013, "Order does not exist."},
		{exchange.ErrUnavailable, 503, -1001, "Service unavailable. The request was not executed; send it again."},
		{exchange.ErrUnknownOutcome, 504, -1007, "Timeout waiting for the exchange's answer. Send status unknown; execution status unknown."},
		{fmt.Errorf("reading: %w", exchange.ErrOrderNotFound), 400, -2013, "Order does not exist."},
		{fmt.Errorf("reading: %w", context.DeadlineExceeded), 503, -1001, exchange.ErrUnavailable.Message},
		{errors.New("password of the database is hunter2"), 500, -1000, "An unknown error occurred while processing the request."},
		{&exchange.Error{Code: "invented", Message: "not for clients"}, 500, -1000, "An unknown error occurred while processing the request."},
	} {
		status, number, message, _ := rest.Answer(test.err)
		if status != test.status || number != test.number || message != test.message {
			t.Errorf("%v: got %d %d %q, want %d %d %q", test.err, status, number, message, test.status, test.number, test.message)
		}
	}
}
