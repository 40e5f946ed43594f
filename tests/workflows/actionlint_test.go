package workflows_test

import (
	"os/exec"
	"path/filepath"
	"testing"
)

func TestActionlintFindsNothing(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(directory + "/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("workflows: %v, %v", files, err)
	}
	for i, file := range files {
		if files[i], err = filepath.Rel(root, file); err != nil {
			t.Fatal(err)
		}
	}
	// Without programs that this machine may have or not.
	args := []string{"tool", "-modfile=tests/tools/actionlint/go.mod", "actionlint", "-shellcheck=", "-pyflakes="}
	cmd := exec.CommandContext(t.Context(), "go", append(args, files...)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("actionlint: %v\n%s", err, out)
	}
}
