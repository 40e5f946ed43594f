package image_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

const (
	file = "apps/exchange/overlays/staging/kustomization.yaml"
	name = "docker.io/bitpin/exchange"
)

var (
	digestA = "sha256:" + strings.Repeat("a", 64)
	digestB = "sha256:" + strings.Repeat("b", 64)
	next    = image.Reference{Name: name, Tag: "1.5.0", Digest: digestB}
)

const overlay = `# Comments stay,
kind:   Kustomization   # and spaces too
resources: [ ../../base ]
images:
  # the proxy's
  - name: proxy
    newTag: 1.4.2

  - name: exchange
    newName: bitpin/exchange
    newTag: 1.4.2 # by the delivery
    digest: DIGEST
replicas:
- {name: exchange, count: 2}
`

func TestOnlyTagAndDigestAreEdited(t *testing.T) {
	t.Parallel()
	old := strings.Replace(overlay, "DIGEST", digestA, 1)
	for title, edit := range map[string]func(string) string{
		"as it is":               func(s string) string { return s },
		"with Windows' lines":    func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"without a last newline": strings.TrimSpace,
		"in double quotes":       func(s string) string { return strings.Replace(s, "1.4.2 #", `"1.4.2" #`, 1) },
		"in single quotes":       func(s string) string { return strings.Replace(s, digestA, "'"+digestA+"'", 1) },
		"with the tag first": func(s string) string {
			return strings.Replace(s, "- name: exchange\n    newName: bitpin/exchange\n    newTag: 1.4.2 # by the delivery\n", "- newTag: 1.4.2 # ü\n    name: exchange\n    newName: bitpin/exchange\n", 1)
		},
		"on one line": func(s string) string {
			return strings.Replace(s, "- name: exchange\n    newName: bitpin/exchange\n    newTag: 1.4.2 # by the delivery\n    digest: "+digestA, "- {name: exchange, newName: bitpin/exchange, newTag: 1.4.2, digest: "+digestA+"} # one", 1)
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			content := edit(old)
			got, err := image.Set(file, []byte(content), "exchange", next)
			if err != nil {
				t.Fatal(err)
			}
			at := strings.LastIndex(content, "1.4.2")
			want := content[:at] + "1.5.0" + strings.Replace(content[at+len("1.4.2"):], digestA, digestB, 1)
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMissingDigestIsAddedBelowTheTag(t *testing.T) {
	t.Parallel()
	content := "images:\n  - name: exchange\n    newName: bitpin/exchange\n    newTag: lab # loaded\nnamespace: exchange\n"
	got, err := image.Set(file, []byte(content), "exchange", next)
	if err != nil {
		t.Fatal(err)
	}
	want := "images:\n  - name: exchange\n    newName: bitpin/exchange\n    newTag: 1.5.0 # loaded\n    digest: " + digestB + "\nnamespace: exchange\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestATagIsEnoughWhereNoDigestIsPinned(t *testing.T) {
	t.Parallel()
	content := "images:\n  - name: exchange\n    newName: bitpin/exchange\n    newTag: lab\n"
	got, err := image.Set(file, []byte(content), "exchange", image.Reference{Name: name, Tag: "lab-1"})
	if err != nil || string(got) != strings.Replace(content, "newTag: lab", "newTag: lab-1", 1) {
		t.Errorf("%s%v", got, err)
	}
}

func TestATagThatYAMLWouldReadAsANumberIsQuoted(t *testing.T) {
	t.Parallel()
	content := strings.Replace(overlay, "DIGEST", digestA, 1)
	for _, tag := range []string{"1.10", "1e3", "0123", "yes", "2026-11-26", "null", "1_000"} {
		got, err := image.Set(file, []byte(content), "exchange", image.Reference{Name: name, Tag: tag, Digest: digestB})
		if err != nil || !strings.Contains(string(got), `newTag: "`+tag+`" # by the delivery`) {
			t.Errorf("%s: %v:\n%s", tag, err, got)
		}
	}
}

// Whatever the tag, the kustomization says it afterwards, and setting it back gives the
// same bytes.
func TestAnyTagIsWrittenAndReadBack(t *testing.T) {
	t.Parallel()
	content := strings.Replace(strings.Replace(overlay, "DIGEST", digestA, 1), "newTag: 1.4.2 #", `newTag: "1.4.2" #`, 1)
	rapid.Check(t, func(t *rapid.T) {
		to := image.Reference{Name: name, Tag: rapid.StringMatching(`[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`).Draw(t, "tag"), Digest: digestB}
		edited, err := image.Set(file, []byte(content), "exchange", to)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := image.Get(file, edited, "exchange"); err != nil || got != to {
			t.Fatalf("%v, %v", got, err)
		}
		back, err := image.Set(file, edited, "exchange", image.Reference{Name: name, Tag: "1.4.2", Digest: digestA})
		if err != nil || string(back) != content {
			t.Fatalf("%v:\n%s", err, back)
		}
	})
}

func TestWhatCannotBeEditedIsNamed(t *testing.T) {
	t.Parallel()
	whole := strings.Replace(overlay, "DIGEST", digestA, 1)
	for _, test := range []struct {
		title, content string
		to             image.Reference
		want           string
	}{
		{"another app's image", whole, image.Reference{Name: "docker.io/bitpin/other", Tag: "1", Digest: digestB}, file + ":9: docker.io/bitpin/other is not the image of exchange, which is docker.io/bitpin/exchange"},
		{"no digest", whole, image.Reference{Name: name, Tag: "2"}, file + ":9: docker.io/bitpin/exchange:2 has no digest, and this overlay pins one"},
		{"no such entry", "images:\n  - name: proxy\n", next, file + `:1: no image of the name "exchange" among its images`},
		{"twice", whole + "---\n" + whole, next, file + ": 2 YAML documents where a kustomization has one"},
		{"two entries", strings.Replace(whole, "name: proxy", "name: exchange", 1), next, file + `:9: a second image "exchange", the first is on line 6`},
		{"a number as tag", strings.Replace(whole, "1.4.2 #", "1.4 #", 1), next, file + ":11: newTag: must be a text"},
		{"a folded digest", strings.Replace(whole, "digest: ", "digest: >-\n      ", 1), next, file + ":12: digest: must be a plain text to be edited"},
		{"no name of its own", strings.Replace(whole, "    newName: bitpin/exchange\n", "", 1), next, file + ":9: has no newName: it is not known which image is the app's"},
		{"broken", "images: [", next, file + ":1: not YAML"},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			_, err := image.Set(file, []byte(test.content), "exchange", test.to)
			var placed *source.Error
			if !errors.As(err, &placed) || !strings.HasPrefix(placed.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

func TestAnEditOfAnythingElseIsFound(t *testing.T) {
	t.Parallel()
	old := strings.Replace(overlay, "DIGEST", digestA, 1)
	good, err := image.Set(file, []byte(old), "exchange", next)
	if err != nil {
		t.Fatal(err)
	}
	if err := image.OnlyImage(file, []byte(old), good, "exchange"); err != nil {
		t.Errorf("an edit of the image alone: %v", err)
	}
	for _, change := range [][2]string{
		{"count: 2", "count: 3"}, {"# Comments", "# comments"}, {"newTag: 1.4.2\n", "newTag: 1.4.3\n"},
		{"newName: bitpin/exchange", "newName: bitpin/others"}, {"by the delivery", "by hand"}, {"    digest", "    newName: x\n    digest"},
	} {
		bad := strings.Replace(string(good), change[0], change[1], 1)
		if bad == string(good) {
			t.Fatalf("%q is not in the file", change[0])
		}
		if err := image.OnlyImage(file, []byte(old), []byte(bad), "exchange"); err == nil {
			t.Errorf("%q for %q was not found", change[1], change[0])
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]image.Reference{
		"bitpin/exchange:1.4.2@" + digestA:           {Name: name, Tag: "1.4.2", Digest: digestA},
		name + ":1.4.2":                              {Name: name, Tag: "1.4.2"},
		"registry.example.com:5000/a/b:x@" + digestB: {Name: "registry.example.com:5000/a/b", Tag: "x", Digest: digestB},
	} {
		if got, err := image.Parse(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                      "invalid reference format",
		"bitpin/Exchange:1@" + digestA:          "lowercase",
		name + "@" + digestA:                    "it has no tag",
		name + ":1@sha256:abc":                  "invalid",
		name + ":1@sha512:" + digestA[7:]:       "invalid",
		name + ":latest@" + digestA:             `"latest" is no version`,
		name + ":1@" + image.None:               "nothing released",
		name + ":1@" + strings.ToUpper(digestA): "invalid",
		name + ":" + strings.Repeat("x", 129):   "invalid reference format",
	} {
		if got, err := image.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", text, got, err, want)
		}
	}
}

func TestAnOverlayIsNoPath(t *testing.T) {
	t.Parallel()
	for _, bad := range []image.Overlay{{"exchange", "../production"}, {"..", "x"}, {"exchange", ""}, {"a/b", "x"}, {"exchange", "-x"}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
	if err := (image.Overlay{App: "exchange", Name: "staging-2"}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestAHoldIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	want := image.Hold{Image: name + ":1@" + digestA, Instead: name + ":2@" + digestB, Since: time.Unix(1_700_000_000, 0).UTC(), Reason: "orders: \"slow\" # really"}
	text, err := want.Format(image.Overlay{App: "exchange", Name: "production"})
	if err != nil || !strings.Contains(string(text), "--overlay production --release") {
		t.Fatalf("%v: %s", err, text)
	}
	if got, err := image.ParseHold("hold.yaml", text); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := image.ParseHold("hold.yaml", []byte("images: x\n")); err == nil || !strings.HasPrefix(err.Error(), "hold.yaml: not a hold") {
		t.Errorf("%v", err)
	}
}
