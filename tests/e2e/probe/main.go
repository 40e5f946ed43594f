// Command probe asks URLs, as a pod of a cluster does, and prints for each a line of
// JSON with what came back. Its first argument says how long it asks again where nothing
// answers: a network knows a pod a moment after the pod runs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

const (
	timeout = 2 * time.Second        // of one try
	pause   = 200 * time.Millisecond // between tries
	shown   = 2048                   // bytes of a body
)

// Answer is what came back. Status is 0 if nothing did.
type Answer struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
	Body   string `json:"body,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: probe PATIENCE URL...")
	}
	patience, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	answers := make([]Answer, len(args)-1)
	var asking sync.WaitGroup
	for i, url := range args[1:] {
		asking.Go(func() { answers[i] = insist(url, patience) })
	}
	asking.Wait()
	for _, a := range answers {
		if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
			return err
		}
	}
	return nil
}

// insist asks until something answers.
func insist(url string, patience time.Duration) Answer {
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		if a := ask(url); a.Status != 0 || time.Now().After(deadline) {
			return a
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
