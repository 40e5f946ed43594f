package adopt

import (
	"bytes"
	"testing"
)

// Whatever the file: what was replaced can be replaced back, and other bytes stay.
func FuzzReplace(f *testing.F) {
	const from, to = "https://github.com/bitpin/exchange.git", "git@git.example.com:acme/exchange.git"
	const fromPages, toPages = "https://github.com/bitpin/exchange/", "https://git.example.com/acme/exchange/"
	there := []substitution{{from, to, false}, {fromPages, toPages, true}}
	back := []substitution{{to, from, false}, {toPages, fromPages, true}}
	f.Add([]byte("a: " + from + "\n"))
	f.Add([]byte("a: [\"" + from + "\", '" + from + "', " + from + "]\r\n---\n- é: " + from))
	f.Add([]byte("a: &x " + from + "\nb: *x\n"))
	f.Add([]byte("a: " + fromPages + "blob/main/x.md\n"))
	f.Add([]byte("a: >-\n  " + from + "\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.Contains(content, []byte(to)) || bytes.Contains(content, []byte(toPages)) {
			t.Skip()
		}
		changed, err := replace(content, there)
		if err != nil {
			return
		}
		again, err := replace(changed, back)
		if err != nil {
			t.Fatalf("%q became %q, which is refused: %v", content, changed, err)
		}
		if !bytes.Equal(content, again) {
			t.Errorf("%q became %q and then %q", content, changed, again)
		}
	})
}
