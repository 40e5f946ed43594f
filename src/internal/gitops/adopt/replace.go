package adopt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// oddBreak is what ends a line in YAML without a line feed: lines could not be counted.
var oddBreak = regexp.MustCompile("\r[^\n]|\r$|[\u0085\u2028\u2029]")

// replace writes new values for old ones wherever a scalar of the documents is exactly
// an old one, and keeps every other byte.
func replace(content []byte, values map[string]string) ([]byte, error) {
	if !mentions(content, values) {
		return content, nil
	}
	if oddBreak.Match(content) {
		return nil, errors.New("has line breaks that are none in Unix")
	}
	lines := bytes.SplitAfter(content, []byte("\n"))
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return bytes.Join(lines, nil), nil
		}
		if err != nil {
			return nil, err
		}
		if err := replaceNode(lines, &document, values); err != nil {
			return nil, err
		}
	}
}

// mentions saves the parsing of files that have none of the values.
func mentions(content []byte, values map[string]string) bool {
	for old := range values {
		if bytes.Contains(content, []byte(old)) {
			return true
		}
	}
	return false
}

func replaceNode(lines [][]byte, node *yaml.Node, values map[string]string) error {
	if node.Kind == yaml.ScalarNode {
		if value, ok := values[node.Value]; ok && value != node.Value {
			return replaceScalar(lines, node, value)
		}
	}
	// Of two values on one line the first moves the second: begin with the last.
	for i := len(node.Content) - 1; i >= 0; i-- {
		if err := replaceNode(lines, node.Content[i], values); err != nil {
			return err
		}
	}
	return nil
}

// replaceScalar replaces a scalar where it stands, plain or in quotes.
func replaceScalar(lines [][]byte, node *yaml.Node, value string) error {
	line := lines[node.Line-1]
	start := columnOffset(line, node.Column)
	if start >= 0 && node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		start++
	}
	if start < 0 || !bytes.HasPrefix(line[start:], []byte(node.Value)) {
		return fmt.Errorf("line %d: %q must be written plainly, on one line, without tag or anchor", node.Line, node.Value)
	}
	rest := line[start+len(node.Value):]
	lines[node.Line-1] = slices.Concat(line[:start], []byte(value), rest)
	return nil
}

// columnOffset is the offset in bytes of a column, which counts characters from 1.
func columnOffset(line []byte, column int) int {
	for offset := range string(line) {
		if column--; column == 0 {
			return offset
		}
	}
	return -1
}
