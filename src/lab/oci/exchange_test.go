package oci_test

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/bitpin/exchange/src/lab/oci"
)

const repository = "../../.."

var (
	here  = v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
	stamp = oci.Stamp{Version: "1.4.2", Commit: strings.Repeat("a", 40), Time: time.Unix(1_700_000_000, 0).UTC()}
)

// copied is the source of the program in another directory.
func copied(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "src"), os.DirFS(filepath.Join(repository, "src"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func digest(t *testing.T, image interface{ Digest() (v1.Hash, error) }) v1.Hash {
	t.Helper()
	hash, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestTheExchangesImageIsTheSameWhereverItIsBuilt(t *testing.T) {
	t.Parallel()
	// Of a copy, so that nobody edits the source between both builds.
	first, err := oci.Build{Root: copied(t), Stamp: stamp, Source: "https://git.example.com/exchange"}.Index(t.Context(), []v1.Platform{here})
	if err != nil {
		t.Fatal(err)
	}
	second := copied(t)
	again, err := oci.Build{Root: second, Stamp: stamp, Source: "https://git.example.com/exchange"}.Index(t.Context(), []v1.Platform{here})
	if err != nil {
		t.Fatal(err)
	}
	if digest(t, first) != digest(t, again) {
		t.Errorf("digests %s and %s", digest(t, first), digest(t, again))
	}
	paths := []string{filepath.Join(t.TempDir(), "1.tar"), filepath.Join(t.TempDir(), "2.tar")}
	for i, index := range []v1.ImageIndex{first, again} {
		if err := oci.SaveIndex(index, "docker.io/bitpin/exchange:1.4.2", paths[i]); err != nil {
			t.Fatal(err)
		}
	}
	one, err1 := os.ReadFile(paths[0])
	two, err2 := os.ReadFile(paths[1])
	if err1 != nil || err2 != nil || !cmp.Equal(one, two) {
		t.Errorf("the archives differ: %v, %v", err1, err2)
	}
}

func TestTheExchangesImageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	image, err := oci.Build{Root: repository, Stamp: stamp, Source: "https://git.example.com/exchange"}.Image(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"org.opencontainers.image.title":    "exchange",
		"org.opencontainers.image.licenses": "Apache-2.0",
		"org.opencontainers.image.source":   "https://git.example.com/exchange",
		"org.opencontainers.image.revision": stamp.Commit,
		"org.opencontainers.image.version":  "1.4.2",
		"org.opencontainers.image.created":  "2023-11-14T22:13:20Z",
	}
	if diff := cmp.Diff(want, file.Config.Labels); diff != "" {
		t.Error(diff)
	}
	if file.Config.User != "65532:65532" || !file.Created.Equal(stamp.Time) {
		t.Errorf("user %s, created %s", file.Config.User, file.Created)
	}
	out, err := exec.CommandContext(t.Context(), extract(t, image, "exchange"), "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "exchange 1.4.2\ncommit "+stamp.Commit+"\n") {
		t.Errorf("%s%v", out, err)
	}
}

// extract writes a program of an image to a file.
func extract(t *testing.T, image v1.Image, name string) string {
	t.Helper()
	content := mutate.Extract(image)
	defer content.Close()
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if err != nil {
			t.Fatalf("looking for %s: %v", name, err)
		}
		if h.Name != name {
			continue
		}
		path := filepath.Join(t.TempDir(), name)
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(f, r); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func TestAnArchiveOfSeveralPlatformsIsALayout(t *testing.T) {
	t.Parallel()
	index := index(t, "text")
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := oci.SaveIndex(index, "docker.io/bitpin/exchange:1.4.2", path); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	files := map[string][]byte{}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	var top v1.IndexManifest
	if err := json.Unmarshal(files["index.json"], &top); err != nil || len(top.Manifests) != 1 {
		t.Fatalf("%v: %s", err, files["index.json"])
	}
	d := top.Manifests[0]
	if d.Digest != digest(t, index) || d.Annotations["io.containerd.image.name"] != "docker.io/bitpin/exchange:1.4.2" || files["blobs/sha256/"+d.Digest.Hex] == nil || files["oci-layout"] == nil {
		t.Errorf("index.json: %s", files["index.json"])
	}
}
