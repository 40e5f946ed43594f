package origin

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// generator is an entry of configMapGenerator or secretGenerator.
type generator struct {
	kind, name, field string
	sources           types.KvPairSources
	at                source.Position
}

func generators(d *kustomization.Directory) []generator {
	var all []generator
	add := func(kind, field string, args types.GeneratorArgs) {
		at, _ := d.Document.Nearest(source.ParsePath(field))
		all = append(all, generator{kind, args.Name, field, args.KvPairSources, at})
	}
	for i, g := range d.Spec.ConfigMapGenerator {
		add("ConfigMap", fmt.Sprintf("configMapGenerator[%d]", i), g.GeneratorArgs)
	}
	for i, g := range d.Spec.SecretGenerator {
		add("Secret", fmt.Sprintf("secretGenerator[%d]", i), g.GeneratorArgs)
	}
	return all
}
