package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestLinkedFilesAreKeptForLong(t *testing.T) {
	t.Parallel()
	s := newPages(t)
	for name, contentType := range map[string]string{
		"style.css": "text/css; charset=utf-8", "live.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		url, err := s.assets.url(name)
		if err != nil {
			t.Fatal(err)
		}
		w := get(s.routes(), url)
		if w.Code != http.StatusOK || w.Body.Len() == 0 || w.Header().Get("Content-Type") != contentType {
			t.Errorf("%s: %d, %d bytes, %v", url, w.Code, w.Body.Len(), w.Header())
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", url, got)
		}
	}
}

func TestFileOfAnotherVersionIsAskedForAgain(t *testing.T) {
	t.Parallel()
	h := newPages(t).routes()
	w := get(h, "/static/style.css?v=0123456789abcdef")
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if again := get(h, "/static/style.css", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("with its ETag: %d", again.Code)
	}
}

func TestNoOtherFileIsServed(t *testing.T) {
	t.Parallel()
	h := newPages(t).routes()
	for _, path := range []string{"/static/nothing.css", "/static/..%2fweb.go", "/static/%2e%2e/web.go", "/static/style.css%00"} {
		if w := get(h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestUnknownFileInATemplateIsAnError(t *testing.T) {
	t.Parallel()
	if url, err := newPages(t).assets.url("nothing.css"); err == nil {
		t.Errorf("got %s", url)
	}
}

func TestEveryAnswerIsLockedDown(t *testing.T) {
	t.Parallel()
	secure, plain := newPages(t), newPages(t)
	secure.SecureCookies = true
	for _, path := range []string{"/static/style.css", "/static/nothing"} {
		h := get(secure.routes(), path).Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: Content-Security-Policy %q", path, csp)
		}
	}
	if got := get(plain.routes(), "/static/style.css").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS: HSTS %q", got)
	}
}
