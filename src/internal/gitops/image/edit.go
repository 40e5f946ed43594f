package image

import (
	"bytes"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Set returns a kustomization that runs another image for an app. Tag and digest are
// written together, in the places and the quotes that they have; every other byte stays.
// Its errors are source.Errors where the file is wrong.
func Set(file string, content []byte, app string, to Reference) ([]byte, error) {
	e, err := find(file, content, app)
	if err != nil {
		return nil, err
	}
	from, err := e.reference()
	if err != nil {
		return nil, err
	}
	switch {
	case to.Name != from.Name:
		return nil, source.Errorf(e.document.At(e.node), "%s is not the image of %s, which is %s", to.Name, app, from.Name)
	case to.Digest == "" && from.Digest != "":
		return nil, source.Errorf(e.document.At(e.node), "%s has no digest, and this overlay pins one", to)
	}
	edited, err := e.write(content, "newTag", to.Tag, "digest")
	if err != nil {
		return nil, err
	}
	if to.Digest != "" {
		// The first write may have added a line.
		if e, err = find(file, edited, app); err != nil {
			return nil, err
		}
		if edited, err = e.write(edited, "digest", to.Digest, "newTag"); err != nil {
			return nil, err
		}
	}
	if err := e.verify(file, content, edited, app, to); err != nil {
		return nil, err
	}
	return edited, nil
}

// verify parses what was written: it must say what was meant, and nothing else.
func (e *entry) verify(file string, old, edited []byte, app string, to Reference) error {
	now, err := Get(file, edited, app)
	if err != nil {
		return fmt.Errorf("reading what was edited: %w", err)
	}
	if now != to {
		return source.Errorf(e.document.At(e.node), "could not be edited: it would say %s instead of %s", now, to)
	}
	return OnlyImage(file, old, edited, app)
}

// write sets a field of the entry. If it is not there, it gets a line below the one of
// the other field.
func (e *entry) write(content []byte, field, value, beside string) ([]byte, error) {
	lines := bytes.SplitAfter(content, []byte("\n"))
	for i := 0; i+1 < len(e.node.Content); i += 2 {
		if e.node.Content[i].Value == field {
			return e.replace(lines, field, e.node.Content[i+1], value)
		}
	}
	key, _ := source.Entry(e.node, beside)
	if key == nil || e.node.Style&yaml.FlowStyle != 0 {
		return nil, source.Errorf(e.document.At(e.node), "has no %s, and no line of its own for %s where it could be added", field, beside)
	}
	after := lines[key.Line-1]
	ending := "\n"
	if bytes.HasSuffix(after, []byte("\r\n")) {
		ending = "\r\n"
	}
	if !bytes.HasSuffix(after, []byte("\n")) {
		lines[key.Line-1] = append(bytes.Clone(after), ending...)
	}
	line := strings.Repeat(" ", key.Column-1) + field + ": " + plain(value) + ending
	lines[key.Line-1] = append(bytes.Clone(lines[key.Line-1]), line...)
	return bytes.Join(lines, nil), nil
}

// replace writes a value over the one of a field.
func (e *entry) replace(lines [][]byte, field string, node *yaml.Node, value string) ([]byte, error) {
	at := e.document.At(node)
	if node.Kind != yaml.ScalarNode || node.Anchor != "" || node.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 {
		return nil, source.Errorf(at, "%s: must be a plain text to be edited", field)
	}
	written, with := node.Value, plain(value)
	switch {
	case node.Style&yaml.DoubleQuotedStyle != 0:
		written, with = `"`+node.Value+`"`, `"`+value+`"`
	case node.Style&yaml.SingleQuotedStyle != 0:
		written, with = "'"+node.Value+"'", "'"+value+"'"
	}
	line := lines[node.Line-1]
	start := offset(line, node.Column)
	if written == "" || !bytes.HasPrefix(line[start:], []byte(written)) {
		return nil, source.Errorf(at, "%s: must be a plain text on one line to be edited", field)
	}
	rest := line[start+len(written):]
	lines[node.Line-1] = append(append(bytes.Clone(line[:start]), with...), rest...)
	return bytes.Join(lines, nil), nil
}

// plain quotes a value that YAML would read as something other than a text.
func plain(value string) string {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(value), &node); err != nil || len(node.Content) != 1 ||
		node.Content[0].Tag != yaml.NodeTagString || yaml.IsValueNonString(value) {
		return `"` + value + `"`
	}
	return value
}

// offset is where a column starts that counts characters from 1.
func offset(line []byte, column int) int {
	for i := range string(line) {
		if column--; column == 0 {
			return i
		}
	}
	return len(line)
}
