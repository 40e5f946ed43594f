package oci

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// File is something to put into an image.
type File struct {
	Path   string // in the image
	Source string // on this machine
	Link   string // instead: what it points to
}

// Layer packs files into a layer that is the same whenever it is made: owned by
// root, executable, without times.
func Layer(files []File) (v1.Layer, error) {
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	for _, dir := range parents(files) {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755, ModTime: time.Unix(0, 0)}); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		if err := f.write(w); err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.Path, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(buffer.Bytes())), nil
	}, tarball.WithMediaType(types.OCILayer))
}

// parents lists the directories above files, outermost first.
func parents(files []File) []string {
	dirs := map[string]struct{}{}
	for _, f := range files {
		for dir := path.Dir(clean(f.Path)); dir != "."; dir = path.Dir(dir) {
			dirs[dir] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

func clean(p string) string { return strings.TrimPrefix(path.Clean(p), "/") }

func (f File) write(w *tar.Writer) error {
	h := &tar.Header{Name: clean(f.Path), Mode: 0o755, ModTime: time.Unix(0, 0)}
	if f.Link != "" {
		h.Typeflag, h.Linkname = tar.TypeSymlink, f.Link
		return w.WriteHeader(h)
	}
	source, err := os.Open(f.Source)
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	h.Typeflag, h.Size = tar.TypeReg, info.Size()
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(w, source)
	return err
}
