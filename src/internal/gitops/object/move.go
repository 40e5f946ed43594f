package object

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

// Move puts an object into a namespace, or into none if that is "".
func (o *Object) Move(namespace string) error {
	metadata, ok := o.Content["metadata"].(map[string]any)
	if !ok {
		return fmt.Errorf("%s has no metadata", o)
	}
	if o.Namespace = namespace; namespace == "" {
		delete(metadata, "namespace")
	} else {
		metadata["namespace"] = namespace
	}
	data, err := json.Marshal(o.Content)
	if err != nil {
		return fmt.Errorf("writing %s: %w", o, err)
	}
	o.YAML, err = yaml.JSONToYAML(data)
	return err
}
