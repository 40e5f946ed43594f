package image

import (
	"bytes"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// OnlyImage holds an edit to its purpose: between two contents of a kustomization nothing
// may differ but newTag and digest of an app's image. Its errors are source.Errors.
func OnlyImage(file string, old, edited []byte, app string) error {
	before, after, err := outside(file, old, app)
	if err != nil {
		return err
	}
	beforeNow, afterNow, err := outside(file, edited, app)
	if err != nil {
		return err
	}
	if !bytes.Equal(before, beforeNow) || !bytes.Equal(after, afterNow) {
		return source.Errorf(source.Position{File: file}, "something other than the image of %s would change", app)
	}
	return nil
}

// outside returns the lines before an app's entry of the images, and what is from there
// on with newTag and digest left out.
func outside(file string, content []byte, app string) (before, after []byte, err error) {
	e, err := find(file, content, app)
	if err != nil {
		return nil, nil, err
	}
	lines := bytes.SplitAfter(content, []byte("\n"))
	var dropped []int
	for i := len(e.node.Content) - 2; i >= 0; i -= 2 { // the last first: of two on one line the first moves the second
		key, value := e.node.Content[i], e.node.Content[i+1]
		if key.Value != "newTag" && key.Value != "digest" {
			continue
		}
		if value.Kind != yaml.ScalarNode || value.Line != key.Line {
			return nil, nil, source.Errorf(e.document.At(key), "%s: must be on one line", key.Value)
		}
		line := lines[key.Line-1]
		start, end := offset(line, key.Column), min(offset(line, value.Column)+written(value), len(line))
		kept := append(bytes.Clone(line[:start]), line[end:]...)
		if len(bytes.TrimSpace(kept)) == 0 {
			dropped = append(dropped, key.Line-1)
		}
		lines[key.Line-1] = kept
	}
	top := e.node.Line - 1
	before = bytes.Join(lines[:top], nil)
	var rest [][]byte
	for i := top; i < len(lines); i++ {
		if !slices.Contains(dropped, i) {
			rest = append(rest, lines[i])
		}
	}
	return before, bytes.Join(rest, nil), nil
}

// written is how many bytes a scalar takes, if it has no escapes.
func written(node *yaml.Node) int {
	if node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return len(node.Value) + len(`""`)
	}
	return len(node.Value)
}
