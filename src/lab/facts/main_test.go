package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestFactsAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	const root = "../../.."
	want, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not what the code says: run `make generate`", file)
	}
}
