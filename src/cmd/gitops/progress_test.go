package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestProgressIsOneLineThatGoesAway(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	bar := &progress{w: &b}
	bar.show("kind", 1, 2)
	bar.show("kind", 2, 2)
	bar.clear()
	const start = "\r\033[K"
	if want := start + "kind: 1 of 2 Applications" + start + "kind: 2 of 2 Applications" + start; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestProgressIsSilentWhereNobodyLooks(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, bar := range []*progress{newProgress(file), newProgress(&bytes.Buffer{})} {
		bar.show("kind", 1, 2)
		bar.clear()
	}
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("%d bytes were written, %v", info.Size(), err)
	}
}
