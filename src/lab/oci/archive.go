package oci

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// SaveIndex writes an archive of several platforms' images, in the layout of the OCI, whole
// or not at all. containerd and Docker from version 25 on load it. Equal indexes make equal
// archives.
func SaveIndex(index v1.ImageIndex, reference, path string) error {
	dir, err := os.MkdirTemp("", "exchange-layout-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	files, err := layout.Write(dir, empty.Index)
	if err != nil {
		return fmt.Errorf("writing an image: %w", err)
	}
	names := map[string]string{"io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference}
	if err := files.AppendIndex(index, layout.WithAnnotations(names)); err != nil {
		return fmt.Errorf("writing an image: %w", err)
	}
	unfinished := path + ".unfinished"
	if err := pack(dir, unfinished); err != nil {
		return fmt.Errorf("writing an image: %w", err)
	}
	return os.Rename(unfinished, path)
}

// pack writes a directory's files into an archive, without times and owners.
func pack(dir, archive string) (err error) {
	f, err := os.Create(archive)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	w := tar.NewWriter(f)
	tree := os.DirFS(dir)
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error { // in order
		if err != nil || name == "." {
			return err
		}
		if entry.IsDir() {
			return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755, ModTime: time.Unix(0, 0)})
		}
		return packFile(w, filepath.Join(dir, name), name)
	})
	if err != nil {
		return err
	}
	return w.Close()
}

func packFile(w *tar.Writer, file, name string) error {
	source, err := os.Open(file)
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: 0o644, ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	_, err = io.Copy(w, source)
	return err
}
