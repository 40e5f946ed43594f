package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const (
	// maxNodes bounds a document with its aliases written out, which is what kustomize
	// makes of it.
	maxNodes = 1 << 20
	// maxDepth bounds how deep a document nests.
	maxDepth = 200
)

// Document is one YAML document of a file.
type Document struct {
	File string
	// Root is the document's value, with aliases as they are written.
	Root *yaml.Node
}

// At is the position of a node of the document.
func (d Document) At(node *yaml.Node) Position { return Position{File: d.File, Line: node.Line} }

// Start is the position of the document's first line.
func (d Document) Start() Position { return d.At(d.Root) }

// String returns the scalar at a path of keys, or "".
func (d Document) String(keys ...string) string {
	node := d.Root
	for _, key := range keys {
		if node = Value(node, key); node == nil {
			return ""
		}
	}
	if node.Kind != yaml.ScalarNode {
		return ""
	}
	return node.Value
}

// Parse reads the documents of a YAML file, empty ones left out. A key that appears
// twice in a mapping is an error.
func Parse(file string, content []byte) ([]Document, error) {
	var documents []Document
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var node yaml.Node
		err := decode(decoder, &node)
		switch {
		case errors.Is(err, io.EOF):
			return documents, nil
		case err != nil:
			return nil, syntax(file, err)
		case len(node.Content) == 0 || isNull(node.Content[0]):
			continue
		}
		d := Document{File: file, Root: node.Content[0]}
		if err := (&checker{document: d, size: map[*yaml.Node]int{}}).check(); err != nil {
			return nil, err
		}
		documents = append(documents, d)
	}
}

// decode turns a panic of the parser into an error.
func decode(decoder *yaml.Decoder, node *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: %v", p)
		}
	}()
	return decoder.Decode(node)
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

var lineInError = regexp.MustCompile(`^line (\d+): `)

// syntax gives the parser's complaint its place.
func syntax(file string, err error) *Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	at := Position{File: file, Line: 1}
	if m := lineInError.FindStringSubmatch(message); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	return Errorf(at, "not YAML: %s", message)
}

// checker refuses what parses but cannot be meant.
type checker struct {
	document Document
	size     map[*yaml.Node]int // of what has an anchor, with aliases written out
	depth    int
}

func (c *checker) check() error {
	_, err := c.visit(c.document.Root)
	return err
}

func (c *checker) visit(node *yaml.Node) (int, error) {
	if size, ok := c.size[node]; ok {
		if size == 0 {
			return 0, Errorf(c.document.At(node), "an alias that contains itself")
		}
		return size, nil
	}
	if c.depth++; c.depth > maxDepth {
		return 0, Errorf(c.document.At(node), "nested deeper than %d levels", maxDepth)
	}
	defer func() { c.depth-- }()
	if node.Anchor != "" {
		c.size[node] = 0
	}
	size := 1
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if err := c.unique(node, i); err != nil {
				return 0, err
			}
		}
		n, err := c.visit(child)
		if err != nil {
			return 0, err
		}
		size += n
	}
	if node.Kind == yaml.AliasNode {
		n, err := c.visit(node.Alias)
		if err != nil {
			return 0, err
		}
		size += n
	}
	if size > maxNodes {
		return 0, Errorf(c.document.At(node), "more than %d values with aliases written out", maxNodes)
	}
	if node.Anchor != "" {
		c.size[node] = size
	}
	return size, nil
}

// unique refuses the i-th child of a mapping if the same key came before.
func (c *checker) unique(mapping *yaml.Node, i int) error {
	key := mapping.Content[i]
	if key.Kind != yaml.ScalarNode {
		return Errorf(c.document.At(key), "a key that is no plain word")
	}
	for j := 0; j < i; j += 2 {
		if first := mapping.Content[j]; first.Value == key.Value && first.Tag == key.Tag && key.Tag != "!!merge" {
			return Errorf(c.document.At(key), "the key %q is there already, on line %d", key.Value, first.Line)
		}
	}
	return nil
}
