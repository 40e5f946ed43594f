package rest_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/rest"
)

// succeeded are the operations that some test has seen succeed, and so has held
// against the document.
var succeeded sync.Map

// TestMain fails if the tests leave out an operation. Under -run they may.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" {
		for _, e := range rest.Endpoints() {
			if _, seen := succeeded.Load(e.Method + " " + e.Path); !seen {
				fmt.Printf("no test has seen %s %s succeed\n", e.Method, e.Path)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// describe reads the document from the API itself, and validates it.
func describe(t testing.TB, handler http.Handler) *openapi3.T {
	t.Helper()
	w := send(handler, request(http.MethodGet, "/openapi.json", ""))
	if w.Code != http.StatusOK {
		t.Fatalf("/openapi.json: %d %s", w.Code, w.Body)
	}
	spec, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		t.Fatalf("/openapi.json: %v", err)
	}
	if err := spec.Validate(t.Context()); err != nil {
		t.Fatalf("/openapi.json: %v", err)
	}
	return spec
}

// compare holds an answer, and the request if it succeeded, against the document.
func (v *venue) compare(r *http.Request, body []byte, w *httptest.ResponseRecorder) {
	v.t.Helper()
	match := chi.NewRouteContext()
	if !v.routes.Match(match, r.Method, r.URL.Path) {
		return // the document has no such path
	}
	pattern := match.RoutePattern()
	item := v.spec.Paths.Value(pattern)
	if item == nil || item.GetOperation(r.Method) == nil {
		v.t.Fatalf("%s %s is not described", r.Method, pattern)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{},
		Route:   &routers.Route{Spec: v.spec, Path: pattern, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	for i, name := range match.URLParams.Keys {
		input.PathParams[name] = match.URLParams.Values[i]
	}
	if w.Code < 300 {
		succeeded.Store(r.Method+" "+pattern, true)
		r.Body = readCloser(body)
		if err := openapi3filter.ValidateRequest(v.t.Context(), input); err != nil {
			v.t.Errorf("%s %s with %s succeeded, but is not as described: %v", r.Method, r.URL, body, err)
		}
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: w.Code, Header: w.Header(), Options: input.Options,
	}
	answer.SetBodyBytes(w.Body.Bytes())
	if err := openapi3filter.ValidateResponse(v.t.Context(), answer); err != nil {
		v.t.Errorf("%s %s answers %d %s: %v", r.Method, r.URL, w.Code, w.Body, err)
	}
}

func readCloser(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
