package object

import "fmt"

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
	return nil
}
