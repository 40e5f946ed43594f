package browser_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browsers are the programs that will do.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// person is somebody in front of a browser of their own, at one tab of it.
type person struct {
	t   *testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	messages []chromedp.ConsoleMessage
	expected []string
}

// newPerson opens a new browser with an empty profile. When the test ends, anything
// unexpected on its console fails it.
func newPerson(t *testing.T, s *service) *person {
	t.Helper()
	dir := profile(t)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(findBrowser(t)), chromedp.UserDataDir(dir), chromedp.Env("TMPDIR="+dir), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox refuses root
	}
	// Cleaning up needs the browser too, after the context of the test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &person{t: t, ctx: ctx, url: s.url}
	p.do(chromedp.EmulateViewport(1440, 1000))
	p.listen()
	return p
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("no browser found in PATH (%s). On Debian: apt-get install chromium; `make test` does that, where it may", strings.Join(browsers, ", "))
	return ""
}

// profile returns a new directory, whose removal waits for the last of the browser's
// processes.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "exchange-browser-profile-") //nolint:usetesting // TempDir does not wait
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Errorf("removing the browser's profile: %v", err)
	})
	return dir
}

func (p *person) listen() {
	p.t.Helper()
	messages := chromedp.Console(p.ctx)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			p.mu.Lock()
			p.messages = append(p.messages, message)
			p.mu.Unlock()
		}
	}()
	p.t.Cleanup(func() {
		for _, message := range p.unexpected() {
			p.t.Errorf("on the browser's console: %s", message)
		}
		if p.t.Failed() {
			p.shoot("failed")
		}
	})
}

// expect says that the console will show a message that contains a text.
func (p *person) expect(text string) { p.expected = append(p.expected, text) }

func (p *person) unexpected() (unexpected []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.messages {
		text := fmt.Sprintf("%s (%s %s)", m, m.Source, m.URL)
		if !slices.ContainsFunc(p.expected, func(e string) bool { return strings.Contains(text, e) }) {
			unexpected = append(unexpected, text)
		}
	}
	return unexpected
}

func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.fatal(err)
	}
}

func (p *person) fatal(err error) {
	p.t.Helper()
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the page does not show what it should: %w", err)
	}
	p.t.Fatal(err)
}

// visit opens a page and returns the status of the answer.
func (p *person) visit(path string) int64 {
	p.t.Helper()
	answer, err := chromedp.Run(p.ctx, chromedp.NavigateResponse(p.url+path))
	if err != nil {
		p.fatal(err)
	}
	return answer.Status
}

// press clicks a button that sends a form and returns the status of the page that
// comes back.
func (p *person) press(button string) int64 {
	p.t.Helper()
	answer, err := chromedp.RunResponse(p.ctx, chromedp.Click(chromedp.CSS(button), chromedp.NodeVisible))
	if err != nil {
		p.fatal(fmt.Errorf("pressing %s: %w", button, err))
	}
	return answer.Status
}

// fill types into a field as a person does, in place of what is there.
func (p *person) fill(field, text string) {
	p.t.Helper()
	p.do(chromedp.Clear(chromedp.CSS(field)), chromedp.SendKeys(chromedp.CSS(field), text, chromedp.NodeVisible))
}

// read returns the text of an element, waiting until it is there.
func (p *person) read(element string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.TextContent(chromedp.CSS(element)))
	if err != nil {
		p.fatal(fmt.Errorf("reading %s: %w", element, err))
	}
	return strings.Join(strings.Fields(text), " ")
}

// all returns the texts of all elements that there are now.
func (p *person) all(elements string) []string {
	p.t.Helper()
	nodes, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](
		fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent.trim().replace(/\s+/g, " "))`, elements)))
	if err != nil {
		p.fatal(fmt.Errorf("reading %s: %w", elements, err))
	}
	return nodes
}

// await waits until something can be seen, without reloading the page.
func (p *person) await(what string, seen func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !seen(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s is not to be seen", what)
		}
	}
}

// shoot keeps a picture of the page.
func (p *person) shoot(name string) {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Logf("taking a picture: %v", err)
		return
	}
	path := filepath.Join(p.t.ArtifactDir(), name+".png")
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		p.t.Error(err)
	}
}

// signIn signs in and opens a page.
func (p *person) signIn(s *service, name, path string) {
	p.t.Helper()
	p.visit("/login")
	p.fill("#name", name)
	p.fill("#password", s.password(p.t, name))
	if status := p.press("main button"); status != 200 {
		p.t.Fatalf("signing in as %s: status %d", name, status)
	}
	if got := p.read(".visitor .name"); got != "Signed in as "+name {
		p.t.Fatalf("the page says %q", got)
	}
	p.visit(path)
}
