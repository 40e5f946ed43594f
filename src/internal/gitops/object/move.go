package object

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

// Move puts an object that states no namespace into one.
func (o *Object) Move(namespace string) error {
	metadata, ok := o.Content["metadata"].(map[string]any)
	if !ok {
		return fmt.Errorf("%s has no metadata", o)
	}
	metadata["namespace"], o.Namespace = namespace, namespace
	data, err := json.Marshal(o.Content)
	if err != nil {
		return fmt.Errorf("writing %s: %w", o, err)
	}
	o.YAML, err = yaml.JSONToYAML(data)
	return err
}
