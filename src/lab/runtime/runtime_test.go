package runtime

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const process = `{"args":["sh"],"capabilities":{"bounding":["CAP_KILL","CAP_SYS_RESOURCE"],"effective":["CAP_SYS_RESOURCE"]},"oomScoreAdj":-999,"user":{"uid":9007199254740993}}`

const relaxed = `{"args":["sh"],"capabilities":{"bounding":["CAP_KILL"],"effective":[]},"user":{"uid":9007199254740993}}`

func TestAdaptRelaxesWhatRuncIsTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, before, after string
		args                func(dir string) []string
	}{
		"bundle of a new container": {
			"config.json", `{"process":` + process + `,"root":{"path":"rootfs"}}`, `{"process":` + relaxed + `,"root":{"path":"rootfs"}}`,
			func(dir string) []string { return []string{"--root", "/run/x", "create", "--bundle", dir, "id"} },
		},
		"process of a running container": {
			"process.json", process, relaxed,
			func(dir string) []string {
				return []string{"exec", "--process=" + filepath.Join(dir, "process.json"), "id"}
			},
		},
		"anything else": {
			"config.json", process, process,
			func(string) []string { return []string{"delete", "--force", "id"} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, test.file)
			if err := os.WriteFile(path, []byte(test.before), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := adapt(test.args(dir)); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.after, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLacksReadsTheBoundingSet(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]bool{
		"Name:\tx\nCapBnd:\t000001fffeffffff\n": true,
		"CapBnd:\t000001ffffffffff\n":           false,
		"Name:\tx\n":                            false,
	} {
		if got, err := lacks(status); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", status, got, err, want)
		}
	}
	if _, err := lacks("CapBnd:\tmany\n"); err == nil {
		t.Error("a mask that is none was read")
	}
}
