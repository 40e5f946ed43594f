package image

import (
	"bytes"
	"fmt"
	"time"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// Hold keeps an overlay's image as it is, until it is released: what was rolled back stays
// so, whatever is released meanwhile.
type Hold struct {
	// Image is what the overlay shall run, NAME:TAG@DIGEST.
	Image string `yaml:"image"`
	// Instead is what it ran before, and shall not run.
	Instead string `yaml:"instead"`
	// Since is when, in UTC, to the second.
	Since time.Time `yaml:"since"`
	// Reason is for people, one line; it may be empty.
	Reason string `yaml:"reason,omitempty"`
}

// ParseHold reads a hold file.
func ParseHold(file string, content []byte) (Hold, error) {
	var h Hold
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&h); err != nil {
		return h, source.Errorf(source.Position{File: file}, "not a hold: %v", err)
	}
	if h.Image == "" {
		return h, source.Errorf(source.Position{File: file}, "not a hold: it names no image")
	}
	return h, nil
}

// Format writes a hold file for an overlay.
func (h Hold) Format(o Overlay) ([]byte, error) {
	h.Since = h.Since.UTC().Truncate(time.Second)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Rolled back. This image stays, and no release changes it, until\n# `gitops rollback --app %s --overlay %s --release`.\n", o.App, o.Name)
	encoder := yaml.NewEncoder(&b)
	if err := encoder.Encode(h); err != nil {
		return nil, fmt.Errorf("writing a hold: %w", err)
	}
	return b.Bytes(), encoder.Close()
}
