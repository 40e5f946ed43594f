// Command probe asks URLs, as a pod of a cluster does, and prints for each a line of
// JSON with what came back.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const (
	timeout = 5 * time.Second // of one URL
	shown   = 2048            // bytes of a body
)

// Answer is what came back. Status is 0 if nothing did.
type Answer struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
	Body   string `json:"body,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	for _, url := range os.Args[1:] {
		if err := json.NewEncoder(os.Stdout).Encode(ask(url)); err != nil {
			fmt.Fprintln(os.Stderr, "probe:", err)
			os.Exit(1)
		}
	}
}

func ask(url string) Answer {
	a := Answer{URL: url}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil) //nolint:gosec // it asks what it is told
	if err != nil {
		a.Error = err.Error()
		return a
	}
	response, err := http.DefaultClient.Do(request) //nolint:gosec // as above
	if err != nil {
		a.Error = err.Error()
		return a
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, shown))
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.Status, a.Body = response.StatusCode, string(body)
	return a
}
