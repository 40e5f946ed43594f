package adopt_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bitpin/exchange/src/internal/gitops/adopt"
)

const (
	repository = "https://git.example.com/acme/exchange.git"
	image      = "registry.example.com:5000/acme/exchange"
)

// tree writes files into a fresh directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// content reads all files below a directory.
func content(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sample() map[string]string {
	return map[string]string{
		adopt.File: "# Which.\nrepository: https://github.com/bitpin/exchange.git # read\nimage: docker.io/bitpin/exchange\n",
		"clusters/kind/root.yaml": `kind: Application
spec:
  source: {repoURL: "https://github.com/bitpin/exchange.git", path: clusters/kind}   # ours
---
kind: AppProject
spec:
  sourceRepos: ['https://github.com/bitpin/exchange.git', https://github.com/bitpin/exchange.git]
  description: Reads https://github.com/bitpin/exchange.git alone.
`,
		"apps/exchange/kustomization.yaml": "images:\n  - name: exchange   # é\n    newName: docker.io/bitpin/exchange\n    newTag: 1.0.0\n",
		"docs/page.yaml":                   "repository: https://github.com/bitpin/exchange.git\n",
	}
}

func TestAdoptReplacesTheValuesAndNoOtherByte(t *testing.T) {
	t.Parallel()
	root := tree(t, sample())
	changed, err := adopt.Adopt(root, adopt.Settings{Repository: repository, Image: image})
	if err != nil {
		t.Fatal(err)
	}
	want := sample()
	for name, text := range want {
		if name == "docs/page.yaml" {
			continue
		}
		sentence := "Reads https://github.com/bitpin/exchange.git alone."
		text = strings.ReplaceAll(text, sentence, "SENTENCE")
		text = strings.ReplaceAll(text, "https://github.com/bitpin/exchange.git", repository)
		text = strings.ReplaceAll(text, "docker.io/bitpin/exchange", image)
		want[name] = strings.ReplaceAll(text, "SENTENCE", sentence)
	}
	if diff := cmp.Diff(want, content(t, root)); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"apps/exchange/kustomization.yaml", "clusters/kind/root.yaml", adopt.File}, changed); diff != "" {
		t.Errorf("the changed files differ (-want +got):\n%s", diff)
	}
}

func TestAdoptingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	root := tree(t, sample())
	for range 2 {
		if _, err := adopt.Adopt(root, adopt.Settings{Repository: repository, Image: image}); err != nil {
			t.Fatal(err)
		}
	}
	before := content(t, root)
	changed, err := adopt.Adopt(root, adopt.Settings{Repository: repository, Image: image})
	if err != nil || len(changed) > 0 {
		t.Errorf("changed %q, error %v; want nothing", changed, err)
	}
	if diff := cmp.Diff(before, content(t, root)); diff != "" {
		t.Error(diff)
	}
}

func TestAdoptingBackGivesTheTreeAsItWas(t *testing.T) {
	t.Parallel()
	root := tree(t, sample())
	from, err := adopt.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []adopt.Settings{{Repository: repository}, {Image: image}, from} {
		if _, err := adopt.Adopt(root, to); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(sample(), content(t, root)); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
}

func TestWrongSettingsAreRefusedAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		to   adopt.Settings
		want string
	}{
		{"nothing", adopt.Settings{}, "say which repository or which image"},
		{"repository that is a word", adopt.Settings{Repository: "exchange"}, "must be the URL of a Git repository"},
		{"repository with a password", adopt.Settings{Repository: "https://me:secret@git.example.com/x.git"}, "without a password"},
		{"repository with a line break", adopt.Settings{Repository: "https://git.example.com/x.git\nkind: Secret"}, "must be the URL"},
		{"repository with YAML in it", adopt.Settings{Repository: "https://git.example.com/x: {a: b}"}, "must be the URL"},
		{"repository of a file", adopt.Settings{Repository: "file:///etc"}, "must be the URL"},
		{"image with a tag", adopt.Settings{Image: "registry.example.com/exchange:1.0"}, "without tag and digest"},
		{"image with a digest", adopt.Settings{Image: "registry.example.com/exchange@sha256:00"}, "without tag and digest"},
		{"image in capitals", adopt.Settings{Image: "registry.example.com/Exchange"}, "must be a registry's host and a path"},
		{"image without a path", adopt.Settings{Image: "registry.example.com"}, "must be a registry's host and a path"},
		{"right repository, wrong image", adopt.Settings{Repository: repository, Image: "-"}, "must be a registry's host and a path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refused(t, sample(), c.to, c.want)
		})
	}
}

func TestAWrongTreeIsRefusedAndNothingIsChanged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, text, want string
	}{
		{"no settings", adopt.File, "image: docker.io/bitpin/exchange\n", adopt.File + ": repository and image are both needed"},
		{"unknown setting", adopt.File, "repo: x\n", "field repo not found"},
		{"value with an anchor", "clusters/kind/root.yaml", "a: 1\nb: &url https://github.com/bitpin/exchange.git\n", "clusters/kind/root.yaml: line 2:"},
		{"broken YAML that names the repository", "clusters/kind/root.yaml", "a: [https://github.com/bitpin/exchange.git\n", "clusters/kind/root.yaml: yaml:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := sample()
			files[c.file] = c.text
			refused(t, files, adopt.Settings{Repository: repository}, c.want)
		})
	}
}

func refused(t *testing.T, files map[string]string, to adopt.Settings, want string) {
	t.Helper()
	root := tree(t, files)
	changed, err := adopt.Adopt(root, to)
	if err == nil || !strings.Contains(err.Error(), want) || len(changed) > 0 {
		t.Errorf("changed %q, error %v; the error must contain %q", changed, err, want)
	}
	if diff := cmp.Diff(files, content(t, root)); diff != "" {
		t.Errorf("the tree was changed:\n%s", diff)
	}
}

func TestLinksToPagesFollowTheRepository(t *testing.T) {
	t.Parallel()
	const page = "https://github.com/bitpin/exchange/blob/main/docs/runbooks.md#x"
	for _, c := range []struct{ repository, want string }{
		{"https://git.example.com/acme/exchange.git", "https://git.example.com/acme/exchange/blob/main/docs/runbooks.md#x"},
		{"https://git.example.com/acme/exchange", "https://git.example.com/acme/exchange/blob/main/docs/runbooks.md#x"},
		{"https://git.example.com:8443/acme/exchange.git", "https://git.example.com:8443/acme/exchange/blob/main/docs/runbooks.md#x"},
		{"ssh://git@git.example.com:2222/acme/exchange.git", "https://git.example.com/acme/exchange/blob/main/docs/runbooks.md#x"},
		{"git@git.example.com:acme/exchange.git", "https://git.example.com/acme/exchange/blob/main/docs/runbooks.md#x"},
		{"git://172.30.0.1/exchange.git", page}, // it has no pages
	} {
		files := sample()
		files["platform/rule.yaml"] = "runbook_url: " + page + "\nother: https://github.com/bitpin/exchange-web/\n"
		root := tree(t, files)
		if _, err := adopt.Adopt(root, adopt.Settings{Repository: c.repository}); err != nil {
			t.Fatal(err)
		}
		want := "runbook_url: " + c.want + "\nother: https://github.com/bitpin/exchange-web/\n"
		if got := content(t, root)["platform/rule.yaml"]; got != want {
			t.Errorf("%s: %s, want %s", c.repository, got, want)
		}
	}
}

// repositoryRoot is this repository's.
const repositoryRoot = "../../../.."

// In this repository no manifest names another repository or another image of the
// exchange than the one place says: adopting would miss it.
func TestThisRepositoryNamesItselfInOneWay(t *testing.T) {
	t.Parallel()
	settings, err := adopt.Read(repositoryRoot)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, dir := range []string{"apps", "clusters", "platform"} {
		for name, text := range content(t, filepath.Join(repositoryRoot, dir)) {
			if !strings.HasSuffix(name, ".yaml") {
				continue
			}
			for line := range strings.Lines(text) {
				key, value, _ := strings.Cut(strings.TrimLeft(strings.TrimSpace(line), "- "), ": ")
				if key == "repoURL" || (key == "newName" && strings.HasSuffix(value, "/exchange")) {
					if value != settings.Repository && value != settings.Image {
						t.Errorf("%s/%s names %s, which %s does not", dir, name, value, adopt.File)
					}
					found[key]++
				}
			}
		}
	}
	if found["repoURL"] == 0 || found["newName"] == 0 {
		t.Errorf("found %v; the test looks in the wrong place", found)
	}
}
