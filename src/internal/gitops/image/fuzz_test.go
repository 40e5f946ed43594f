package image_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/image"
)

// Whatever a kustomization looks like, it is edited to say what was meant, and nothing
// else is changed, or it is refused.
func FuzzSet(f *testing.F) {
	whole := strings.Replace(overlay, "DIGEST", digestA, 1)
	for _, seed := range []string{
		whole, strings.ReplaceAll(whole, "\n", "\r\n"), "images:\n  - name: exchange\n    newName: bitpin/exchange\n    newTag: lab",
		"images: [{name: exchange, newName: bitpin/exchange, newTag: \"1\", digest: 'x'}]",
		"images:\n- newTag: &a x\n  digest: *a\n  name: exchange\n  newName: bitpin/exchange\n",
		"images:\n- newTag: |\n    x\n  digest: \"\\u0061\"\n  name: exchange\n  newName: bitpin/exchange\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		edited, err := image.Set(file, content, "exchange", next)
		if err != nil {
			return
		}
		if got, err := image.Get(file, edited, "exchange"); err != nil || got != next {
			t.Fatalf("%v, %v:\n%s", got, err, edited)
		}
		again, err := image.Set(file, edited, "exchange", next)
		if err != nil || !bytes.Equal(again, edited) {
			t.Fatalf("the second time: %v:\n%s", err, again)
		}
	})
}
