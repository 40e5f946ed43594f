package rest

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"
)

// The document is written by hand, one file a part, and joined here.
//
//go:embed openapi/*.yaml
var openAPIFiles embed.FS

// openAPI returns the OpenAPI 3.1 document as JSON.
func openAPI() ([]byte, error) {
	document := map[string]any{}
	names, err := fs.Glob(openAPIFiles, "openapi/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the OpenAPI document: %w", err)
	}
	for _, name := range names {
		text, err := openAPIFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		var part map[string]any
		if err := yaml.Unmarshal(text, &part); err != nil {
			return nil, fmt.Errorf("parsing %s: %w", name, err)
		}
		if err := join(document, part, ""); err != nil {
			return nil, fmt.Errorf("joining %s: %w", name, err)
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	return b.Bytes(), nil
}

// join adds the members of one object to another; only objects may meet.
func join(into, from map[string]any, at string) error {
	for name, value := range from {
		old, both := into[name]
		if !both {
			into[name] = value
			continue
		}
		a, isObject := old.(map[string]any)
		b, isToo := value.(map[string]any)
		if !isObject || !isToo {
			return fmt.Errorf("%s/%s is there twice", at, name)
		}
		if err := join(a, b, at+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

// openAPI answers with the document.
func (c *call) openAPI() error {
	c.out.b = append(c.out.b, c.api.openAPI...)
	return c.answer()
}
