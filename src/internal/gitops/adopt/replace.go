package adopt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// oddBreak is what ends a line in YAML without a line feed: lines could not be counted.
var oddBreak = regexp.MustCompile("\r[^\n]|\r$|[\u0085\u2028\u2029]")

// substitution is one value in place of another.
type substitution struct {
	old, new string
	// beginning: the old value may also be the beginning of a longer one.
	beginning bool
}

// apply returns what a value becomes.
func (s substitution) apply(value string) (string, bool) {
	rest, found := strings.CutPrefix(value, s.old)
	if !found || s.old == s.new || (rest != "" && !s.beginning) {
		return "", false
	}
	return s.new + rest, true
}

// replace makes the substitutions in all scalars of the documents, and keeps every
// other byte.
func replace(content []byte, substitutions []substitution) ([]byte, error) {
	if !mentions(content, substitutions) {
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
		if err := replaceNode(lines, &document, substitutions); err != nil {
			return nil, err
		}
	}
}

// mentions saves the parsing of files that have none of the values.
func mentions(content []byte, substitutions []substitution) bool {
	return slices.ContainsFunc(substitutions, func(s substitution) bool { return bytes.Contains(content, []byte(s.old)) })
}

func replaceNode(lines [][]byte, node *yaml.Node, substitutions []substitution) error {
	if node.Kind == yaml.ScalarNode {
		for _, s := range substitutions {
			if value, ok := s.apply(node.Value); ok {
				return replaceScalar(lines, node, value)
			}
		}
	}
	// Of two values on one line the first moves the second: begin with the last.
	for i := len(node.Content) - 1; i >= 0; i-- {
		if err := replaceNode(lines, node.Content[i], substitutions); err != nil {
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
