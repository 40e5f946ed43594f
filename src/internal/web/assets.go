package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"time"

	"github.com/go-chi/chi/v5"
)

//go:embed static
var staticFiles embed.FS

// contentTypes are not left to the tables of the system on which a replica runs.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// asset is a static file; its version is a hash of its content.
type asset struct {
	content     []byte
	contentType string
	version     string
}

// assets are the static files by name.
type assets map[string]asset

func loadAssets() (assets, error) {
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, fmt.Errorf("listing the static files: %w", err)
	}
	all := assets{}
	for _, entry := range entries {
		content, err := staticFiles.ReadFile("static/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("reading a static file: %w", err)
		}
		sum := sha256.Sum256(content)
		all[entry.Name()] = asset{
			content:     content,
			contentType: contentTypes[path.Ext(entry.Name())],
			version:     hex.EncodeToString(sum[:8]),
		}
	}
	return all, nil
}

// url returns the address under which a page links a file. It changes with the
// content, so browsers may keep what they have.
func (a assets) url(name string) (string, error) {
	file, found := a[name]
	if !found {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + name + "?v=" + file.version, nil
}

// serve answers with a file. While replicas of two versions run, a page of one may
// ask the other for a version that it does not have: it gets the file there is, not
// to be kept.
func (a assets) serve(w http.ResponseWriter, r *http.Request) {
	file, found := a[chi.URLParam(r, "name")]
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.contentType)
	w.Header().Set("ETag", `"`+file.version+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == file.version {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.content))
}
