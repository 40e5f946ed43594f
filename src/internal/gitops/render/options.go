package render

import (
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// buildOptions is where Argo CD's ConfigMap states what "kustomize build" is told.
const buildOptions = "kustomize.buildOptions"

// parseOptions reads the build options of argocd-cm.
func parseOptions(cm *object.Object) (kustomization.Options, error) {
	var options kustomization.Options
	at := source.ParsePath("data").Key(buildOptions)
	words := strings.Fields(strings.ReplaceAll(cm.Text("data", buildOptions), "=", " "))
	for i := 0; i < len(words); i++ {
		if words[i] != "--load-restrictor" || i+1 == len(words) {
			return options, cm.Errorf(at, "%s is not supported", words[i])
		}
		i++
		switch words[i] {
		case "LoadRestrictionsNone":
			options.AnyFile = true
		case "LoadRestrictionsRootOnly":
		default:
			return options, cm.Errorf(at, "unknown load restrictor %q", words[i])
		}
	}
	return options, nil
}
