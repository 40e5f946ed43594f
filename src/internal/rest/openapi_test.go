package rest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"github.com/bitpin/exchange/src/internal/rest"
)

// described returns the document's operations as "GET /path".
func described(spec *openapi3.T) map[string]*openapi3.Operation {
	operations := map[string]*openapi3.Operation{}
	for path, item := range spec.Paths.Map() {
		for method, operation := range item.Operations() {
			operations[method+" "+path] = operation
		}
	}
	return operations
}

func TestEveryRouteIsDescribedAndNoOther(t *testing.T) {
	t.Parallel()
	routes, err := rest.Routes(options())
	if err != nil {
		t.Fatal(err)
	}
	operations := described(describe(t, routes.(http.Handler)))
	var walked []string
	err = chi.Walk(routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		walked = append(walked, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range walked {
		if operations[route] == nil {
			t.Errorf("%s is served and not described", route)
		}
	}
	for operation := range operations {
		if !slices.Contains(walked, operation) {
			t.Errorf("%s is described and not served", operation)
		}
	}
}

func TestTheDocumentSaysVersion31(t *testing.T) {
	t.Parallel()
	spec := describe(t, newAPI(t, nil))
	if spec.OpenAPI != "3.1.0" {
		t.Errorf("openapi: %s", spec.OpenAPI)
	}
}

// What an operation costs, who may call it and what it reads is as the handlers
// have it.
func TestOperationsAreDescribedAsTheyAre(t *testing.T) {
	t.Parallel()
	operations := described(describe(t, newAPI(t, nil)))
	for _, e := range rest.Endpoints() {
		name := e.Method + " " + e.Path
		operation := operations[name]
		if operation == nil {
			continue // told by another test
		}
		if got := fmt.Sprint(operation.Extensions["x-weight"]); got != fmt.Sprint(e.Weight) {
			t.Errorf("%s: x-weight %s, want %d", name, got, e.Weight)
		}
		scope, _ := operation.Extensions["x-scope"].(string)
		if scope != e.Scope || (e.Scope != "") != (operation.Security != nil) {
			t.Errorf("%s: x-scope %q, security %v; want scope %q", name, scope, operation.Security, e.Scope)
		}
		var signing []string
		if e.Scope != "" {
			signing = []string{"timestamp", "recvWindow", "signature"}
		}
		query := append(slices.Clone(e.Params), signing...)
		if form := formFields(operation); form != nil {
			if !sameNames(form, query) {
				t.Errorf("%s: form fields %v, want %v", name, form, query)
			}
			query = signing // the others are described once, in the form
		}
		if got := parameters(operation, "query"); !sameNames(got, query) {
			t.Errorf("%s: parameters %v, want %v", name, got, query)
		}
		if got := parameters(operation, "path"); len(got) != strings.Count(e.Path, "{") {
			t.Errorf("%s: path parameters %v", name, got)
		}
		needsKey := e.Own && e.Method == http.MethodPost
		if got := slices.Contains(parameters(operation, "header"), "Idempotency-Key"); got != needsKey {
			t.Errorf("%s: Idempotency-Key described: %v, want %v", name, got, needsKey)
		}
	}
}

func parameters(operation *openapi3.Operation, in string) (names []string) {
	for _, p := range operation.Parameters {
		if p.Value.In == in {
			names = append(names, p.Value.Name)
		}
	}
	return names
}

func formFields(operation *openapi3.Operation) (names []string) {
	if operation.RequestBody == nil {
		return nil
	}
	form := operation.RequestBody.Value.Content.Get("application/x-www-form-urlencoded")
	if form == nil {
		return nil
	}
	for name := range form.Schema.Value.Properties {
		names = append(names, name)
	}
	return names
}

func sameNames(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
