package manifests_test

import (
	"testing"

	"github.com/argoproj/argo-cd/v2/util/lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// A wave waits until the Applications of the one before are healthy, which the script in
// argocd-cm decides.
func TestAnApplicationIsHealthyOnceItIsSynchronisedAndItsObjectsAre(t *testing.T) {
	t.Parallel()
	script := find(t, build(t, "platform/argocd/overlays/kind"), "ConfigMap", "argocd-cm").
		GetDataMap()["resource.customizations.health.argoproj.io_Application"]
	if script == "" {
		t.Fatal("argocd-cm has no health of Applications")
	}
	for _, c := range []struct {
		name   string
		status map[string]any // nil: none yet
		want   string
	}{
		{"just made", nil, "Progressing"},
		{"never compared", map[string]any{"health": map[string]any{"status": "Healthy"}}, "Progressing"},
		{"nothing there, so nothing unhealthy", status("OutOfSync", "Healthy"), "Progressing"},
		{"objects are missing", status("OutOfSync", "Missing"), "Progressing"},
		{"pods are starting", status("Synced", "Progressing"), "Progressing"},
		{"pods crash", status("Synced", "Degraded"), "Degraded"},
		{"pods crash before all is synchronised", status("OutOfSync", "Degraded"), "Degraded"},
		{"all is well", status("Synced", "Healthy"), "Healthy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application"}}
			if c.status != nil {
				object.Object["status"] = c.status
			}
			vm := lua.VM{}
			got, err := vm.ExecuteHealthLua(object, script)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Status) != c.want {
				t.Errorf("%s, want %s", got.Status, c.want)
			}
		})
	}
}

func status(sync, health string) map[string]any {
	return map[string]any{"sync": map[string]any{"status": sync}, "health": map[string]any{"status": health}}
}
