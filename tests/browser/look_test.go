package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// screens are what people look at the page with.
var screens = []struct {
	name          string
	width, height int64
	colors        string
}{
	{"light", 1440, 1000, "light"},
	{"dark", 1440, 1000, "dark"},
	{"tablet", 1024, 768, "light"},
	{"phone-light", 360, 740, "light"},
	{"phone-dark", 360, 740, "dark"},
}

func TestPagesFitEveryScreenAndCanBeRead(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	guest, alice := newPerson(t, s), newPerson(t, s)
	alice.signIn(s, "alice", market)
	alice.place(order{side: "BUY", kind: "limit", price: alice.between(), quantity: "0.01"})
	guest.expect("status of 404")
	for _, visit := range []struct {
		who    *person
		path   string
		status int64
	}{
		{guest, "/", 200}, {guest, market, 200}, {guest, "/login", 200}, {guest, "/invariants", 200}, {guest, "/nothing", 404},
		{alice, market, 200}, {alice, "/orders", 200},
	} {
		for _, screen := range screens {
			p := visit.who
			p.do(chromedp.EmulateViewport(screen.width, screen.height))
			p.preferColors(screen.colors)
			name := strings.Trim(strings.ReplaceAll(visit.path, "/", "-"), "-")
			if visit.who == alice {
				name += "-alice"
			}
			name = screen.name + "-" + name
			if status := p.visit(visit.path); status != visit.status {
				t.Errorf("%s: status %d", name, status)
			}
			p.shoot(name)
			if width := p.number("document.documentElement.scrollWidth"); width > float64(screen.width) {
				t.Errorf("%s: the page is %v wide and must be scrolled sideways", name, width)
			}
			for _, text := range p.faint() {
				t.Errorf("%s: hard to read: %s", name, text)
			}
		}
	}
}

func TestKeyboardAloneIsEnough(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	guest := newPerson(t, s)
	guest.visit("/login")
	guest.await("the focus on the name", func() bool { return guest.text("document.activeElement.id") == "name" })
	guest.do(chromedp.KeyEvent("alice\t" + s.password(t, "alice")))
	if _, err := chromedp.RunResponse(guest.ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	guest.visit(market)
	for _, want := range []string{"Skip to the content", "BitPin Exchange", "Markets", "Orders", "Invariants", "Sign out"} {
		guest.do(chromedp.KeyEvent("\t"))
		if got := guest.text(`document.activeElement.textContent.trim()`); got != want {
			t.Errorf("the focus is on %q, want %q", got, want)
		}
		if style := guest.text(`getComputedStyle(document.activeElement).outlineStyle`); style == "none" {
			t.Errorf("the focus on %q cannot be seen", want)
		}
	}
}

// The watch over the console must itself work: a page that breaks the policy is told.
func TestViolationOfThePolicyIsNoticed(t *testing.T) {
	t.Parallel()
	s := startExchange(t)
	guest := newPerson(t, s)
	guest.expect("Content Security Policy")
	guest.visit("/")
	for _, breach := range []string{
		`document.body.setAttribute("style", "color: red")`,
		`document.body.append(Object.assign(document.createElement("script"), {textContent: "alert(1)"}))`,
		`document.body.append(Object.assign(new Image(), {src: "https://example.invalid/x.png"}))`,
	} {
		before := guest.count()
		guest.do(chromedp.Evaluate[chromedp.Void](breach + "; undefined"))
		guest.await("the violation by "+breach, func() bool { return guest.count() > before })
	}
}

// number evaluates an expression in the page.
func (p *person) number(expression string) float64 {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[float64](expression))
	if err != nil {
		p.fatal(err)
	}
	return value
}

func (p *person) text(expression string) string {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		p.fatal(err)
	}
	return value
}

// count returns how many messages the console has shown.
func (p *person) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.messages)
}

// faint returns the texts whose contrast is less than 4.5 to 1 (WCAG 2.2, AA).
func (p *person) faint() []string {
	p.t.Helper()
	faint, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](faintTexts))
	if err != nil {
		p.fatal(fmt.Errorf("measuring the contrast: %w", err))
	}
	return faint
}

// faintTexts measures each text against the backgrounds that lie behind it.
const faintTexts = `(() => {
  const parse = c => { const [r, g, b, a = 1] = c.match(/[\d.]+/g).map(Number); return {r, g, b, a}; };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1});
  const light = c => [c.r, c.g, c.b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".hidden, svg, option, .skip")) continue;
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    const ground = layers.reduceRight((under, top) => over(top, under), {r: 255, g: 255, b: 255, a: 1});
    const a = light(over(parse(getComputedStyle(element).color), ground)), b = light(ground);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.push(node.data.trim().slice(0, 40) + " (" + ratio.toFixed(2) + ")");
  }
  return [...new Set(faint)];
})()`
