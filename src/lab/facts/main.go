// Command facts writes down what the policies must know of the exchange: its commands,
// its variables and its metrics. The policies' tool does not import the exchange.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/bitpin/exchange/src/internal/metrics"
)

//go:generate go run . ../../..

// file is where the facts are, below the repository's root.
const file = "policy/facts/exchange.json"

// Facts are the document data.facts of the policies.
type Facts struct {
	Exchange Exchange `json:"exchange"`
}

// Exchange is what policies know of the exchange.
type Exchange struct {
	// Commands are those that read variables.
	Commands  []string   `json:"commands"`
	Variables []Variable `json:"variables"`
	Metrics   []string   `json:"metrics"`
}

// Variable is a variable of `exchange config`.
type Variable struct {
	Name     string   `json:"name"`
	Required bool     `json:"required"`
	Secret   bool     `json:"secret"`
	Commands []string `json:"commands"`
}

func main() {
	flag.Parse()
	root := flag.Arg(0)
	content, err := generate(root)
	if err == nil {
		err = os.WriteFile(filepath.Join(root, file), content, 0o644) //nolint:gosec // it is for everybody to read
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "facts:", err)
		os.Exit(1)
	}
}

// generate asks the code below a root.
func generate(root string) ([]byte, error) {
	cmd := exec.Command("go", "run", "./src/cmd/exchange", "config", "--format", "json")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("asking the exchange for its variables: %w", err)
	}
	facts := Facts{Exchange{Metrics: metrics.Names()}}
	if err := json.Unmarshal(out, &facts.Exchange.Variables); err != nil {
		return nil, fmt.Errorf("reading the exchange's variables: %w", err)
	}
	for _, v := range facts.Exchange.Variables {
		facts.Exchange.Commands = append(facts.Exchange.Commands, v.Commands...)
	}
	slices.Sort(facts.Exchange.Commands)
	facts.Exchange.Commands = slices.Compact(facts.Exchange.Commands)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(facts)
	return b.Bytes(), err
}
