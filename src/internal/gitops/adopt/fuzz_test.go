package adopt

import (
	"bytes"
	"testing"
)

// Whatever the file: what was replaced can be replaced back, and other bytes stay.
func FuzzReplace(f *testing.F) {
	const from, to = "https://github.com/bitpin/exchange.git", "git://172.30.0.1/exchange.git"
	f.Add([]byte("a: " + from + "\n"))
	f.Add([]byte("a: [\"" + from + "\", '" + from + "', " + from + "]\r\n---\n- é: " + from))
	f.Add([]byte("a: &x " + from + "\nb: *x\n"))
	f.Add([]byte("a: >-\n  " + from + "\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.Contains(content, []byte(to)) {
			t.Skip()
		}
		there, err := replace(content, map[string]string{from: to})
		if err != nil {
			return
		}
		back, err := replace(there, map[string]string{to: from})
		if err != nil {
			t.Fatalf("%q became %q, which is refused: %v", content, there, err)
		}
		if !bytes.Equal(content, back) {
			t.Errorf("%q became %q and then %q", content, there, back)
		}
	})
}
