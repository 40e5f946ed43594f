package browser_test

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// call sends a command of the DevTools protocol to the tab.
func call[P, R any](p *person, command cdp.Command[P, R], parameters P) (result R) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) (err error) {
		result, err = cdp.Call(ctx, t, command, parameters)
		return err
	}))
	return result
}

func (p *person) disableScripts() {
	p.t.Helper()
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

func (p *person) preferColors(scheme string) {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// cookies returns the browser's cookies of the exchange by name.
func (p *person) cookies() map[string]*network.Cookie {
	p.t.Helper()
	cookies := map[string]*network.Cookie{}
	for _, c := range call(p, network.GetCookies, network.GetCookiesParams{URLs: []string{p.url}}).Cookies {
		cookies[c.Name] = c
	}
	return cookies
}

func (p *person) setCookie(name, value string) {
	p.t.Helper()
	call(p, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: p.url})
}
