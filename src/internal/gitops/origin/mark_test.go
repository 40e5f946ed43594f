package origin_test

import (
	"os"
	"strings"
	"testing"
)

type mark struct {
	line        int
	kind, field string
}

// readMarks reads the comments "# KIND PATH" that end lines of a file; several are
// separated by commas.
func readMarks(t *testing.T, file string) []mark {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var marks []mark
	for i, line := range strings.Split(string(content), "\n") {
		_, comment, found := strings.Cut(line, "# ")
		if !found {
			continue
		}
		for _, text := range strings.Split(comment, ", ") {
			if kind, field, found := strings.Cut(text, " "); found {
				marks = append(marks, mark{i + 1, kind, field})
			}
		}
	}
	return marks
}
