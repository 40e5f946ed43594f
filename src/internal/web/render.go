package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
)

//go:embed template
var templateFiles embed.FS

// templates are the pages by name, each with the layout and the parts.
type templates map[string]*template.Template

// page is what the layout shows around a page's content.
type page struct {
	Template string // its name
	Title    string
	Path     string // where it is read from: the script refreshes the page's live parts there
	Section  string // of the navigation
	Notice   notice
	Content  any

	Session *exchange.Session // filled in by render
	At      exchange.Millis
}

// notice is a message above the content. Alert says that something went wrong.
type notice struct {
	Text  string
	Alert bool
}

func parseTemplates(files assets) (templates, error) {
	shared, err := template.New("").Funcs(templateFuncs(files)).ParseFS(templateFiles, "template/layout.html", "template/part/*.html")
	if err != nil {
		return nil, fmt.Errorf("parsing the layout: %w", err)
	}
	names, err := templateFiles.ReadDir("template/page")
	if err != nil {
		return nil, fmt.Errorf("listing the pages: %w", err)
	}
	all := templates{}
	for _, entry := range names {
		t, err := template.Must(shared.Clone()).ParseFS(templateFiles, "template/page/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("parsing a page: %w", err)
		}
		name := entry.Name()
		all[name[:len(name)-len(path.Ext(name))]] = t
	}
	return all, nil
}

func templateFuncs(files assets) template.FuncMap {
	return template.FuncMap{
		"asset":  files.url,
		"clock":  clock,
		"moment": moment,
		"stamp":  stamp,
		"words":  statusWords,
		"field":  newField,
		"inPage": func(p page, content any) inPage { return inPage{Page: p, Content: content} },
	}
}

// inPage is what a part of a page needs beside its own content: the session's token.
type inPage struct {
	Page    page
	Content any
}

// render writes a page. It is rendered as a whole first, so that an error is a page
// of its own and not half of this one.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, p page) {
	p.Session, p.At = sessionOf(r), exchange.Millis(s.Now().UnixMilli())
	var b bytes.Buffer
	if err := s.templates[p.Template].ExecuteTemplate(&b, "layout", p); err != nil {
		s.Log.ErrorContext(r.Context(), "rendering a page", "page", p.Template, "error", err)
		http.Error(w, "This page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the visitor has gone
}

// messagePage is a page that says one thing.
type messagePage struct{ Text string }

func (s *site) refuse(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.render(w, r, status, page{Template: "message", Title: title, Content: messagePage{text}})
}

func (s *site) notFound(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusNotFound, "There is no such page", "The address may be mistyped, or the market is not traded here.")
}

// fail answers a request that failed through no fault of the visitor's, and logs why.
func (s *site) fail(w http.ResponseWriter, r *http.Request, doing string, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // the visitor has gone
	}
	s.Log.ErrorContext(r.Context(), doing, "path", r.URL.Path, "error", err)
	switch exchange.CodeOf(err) {
	case exchange.CodeUnavailable:
		retryAfter(w, time.Second)
		s.refuse(w, r, http.StatusServiceUnavailable, "The exchange is busy", "Nothing was done. Try again in a moment.")
	case exchange.CodeUnknownOutcome:
		s.refuse(w, r, http.StatusServiceUnavailable, "The exchange did not answer in time",
			"What you asked for may or may not have been done. Look at your orders before you try again.")
	default:
		s.refuse(w, r, http.StatusInternalServerError, "Something went wrong", "The error was recorded. Try again in a moment.")
	}
}
