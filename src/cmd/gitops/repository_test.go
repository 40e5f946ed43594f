package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func clusters(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(repositoryRoot, "clusters"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		t.Fatal("no clusters")
	}
	return names
}

// condense leaves of a CustomResourceDefinition, which is generated and long, its name and
// a sum.
func condense(stream string) string {
	documents := strings.Split(stream, "---\n")
	for i, document := range documents {
		if strings.Contains(document, "\nkind: CustomResourceDefinition\n") {
			name := definitionName.FindStringSubmatch(document)
			documents[i] = fmt.Sprintf("# CustomResourceDefinition %s, sha256 %x\n", name[1], sha256.Sum256([]byte(document)))
		}
	}
	return strings.Join(documents, "---\n")
}

var definitionName = regexp.MustCompile(`(?m)^  name: (.*)$`)

func TestWholeRepositoryHasNoFindings(t *testing.T) {
	t.Parallel()
	if code, _, errors := run(t, "--root", repositoryRoot, "render"); code != exitOK {
		t.Errorf("exit code %d:\n%s", code, errors)
	}
}

func TestClustersRenderAsTheirGoldenFilesSay(t *testing.T) {
	t.Parallel()
	for _, name := range clusters(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errors := run(t, "--root", repositoryRoot, "render", "clusters/"+name)
			if code != exitOK {
				t.Fatalf("exit code %d:\n%s", code, errors)
			}
			compare(t, "clusters/"+name+".yaml", condense(out))
		})
	}
}
