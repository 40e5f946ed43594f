package cluster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestTableShowsWhatIsWrong(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	writeTable(&out, []Application{
		{Name: "calico", Sync: "Synced", Health: "Healthy"},
		{Name: "exchange", Sync: "OutOfSync", Health: "Degraded", Message: "one\n  two " + strings.Repeat("x", 200)},
	})
	want := "APPLICATION  SYNC       HEALTH    MESSAGE\n" +
		"calico       Synced     Healthy   \n" +
		"exchange     OutOfSync  Degraded  one two " + strings.Repeat("x", 91) + "…\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestBoardSaysEachChangeOnceWhereThereIsNoTerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	b := newBoard(&out)
	for _, health := range []string{"Progressing", "Progressing", "Healthy"} {
		b.show([]Application{{Name: "exchange", Sync: "Synced", Health: health}})
	}
	if lines := strings.Count(out.String(), "\n"); lines != 2 {
		t.Errorf("%d lines:\n%s", lines, out.String())
	}
}

func TestApplicationIsReadWithItsReason(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status map[string]any
		want   Application
	}{
		"new": {nil, Application{Name: "a", Sync: "Unknown", Health: "Unknown"}},
		"settled": {
			map[string]any{"sync": map[string]any{"status": "Synced", "revision": "abc"}, "health": map[string]any{"status": "Healthy"}, "operationState": map[string]any{"message": "successfully synced"}},
			Application{Name: "a", Sync: "Synced", Health: "Healthy", Revision: "abc"},
		},
		"cannot be rendered": {
			map[string]any{"conditions": []any{map[string]any{"type": "ComparisonError", "message": "no such path"}}},
			Application{Name: "a", Sync: "Unknown", Health: "Unknown", Message: "no such path"},
		},
		"failing": {
			map[string]any{"sync": map[string]any{"status": "OutOfSync"}, "health": map[string]any{"status": "Missing"}, "operationState": map[string]any{"message": "one object failed"}},
			Application{Name: "a", Sync: "OutOfSync", Health: "Missing", Message: "one object failed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &unstructured.Unstructured{Object: map[string]any{"metadata": map[string]any{"name": "a"}}}
			if test.status != nil {
				o.Object["status"] = test.status
			}
			if diff := cmp.Diff(test.want, readApplication(o)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
