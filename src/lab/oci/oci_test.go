package oci_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"archive/tar"
	"errors"
	"io"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/lab/oci"
)

func program(t *testing.T, at time.Time) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	return path
}

func build(t *testing.T, source string) v1.Image {
	t.Helper()
	layer, err := oci.Layer([]oci.File{{Path: "/usr/bin/program", Source: source}, {Path: "/usr/bin/alias", Link: "program"}})
	if err != nil {
		t.Fatal(err)
	}
	image, err := oci.Image(v1.Config{Entrypoint: []string{"/usr/bin/program"}, User: "1:1"}, layer)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func TestSameContentMakesTheSameImage(t *testing.T) {
	t.Parallel()
	first, err1 := build(t, program(t, time.Unix(1, 0))).Digest()
	second, err2 := build(t, program(t, time.Unix(2, 0))).Digest()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Errorf("digests %s and %s: times of files are in the image", first, second)
	}
}

func TestSavedImageHoldsItsFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := oci.Save(build(t, program(t, time.Now())), []string{"example.com/program:1"}, path); err != nil {
		t.Fatal(err)
	}
	image, err := tarball.ImageFromPath(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	content := mutate.Extract(image)
	defer content.Close()
	got := map[string]byte{}
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got[h.Name] = h.Typeflag
	}
	want := map[string]byte{"usr": tar.TypeDir, "usr/bin": tar.TypeDir, "usr/bin/program": tar.TypeReg, "usr/bin/alias": tar.TypeSymlink}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
