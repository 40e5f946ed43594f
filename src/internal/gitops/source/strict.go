package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	syaml "sigs.k8s.io/yaml"
)

// JSON returns the document as JSON.
func (d Document) JSON() ([]byte, error) {
	text, err := yaml.Marshal(d.Root)
	if err != nil {
		return nil, Errorf(d.Start(), "not YAML: %v", err)
	}
	data, err := syaml.YAMLToJSON(text)
	if err != nil {
		return nil, Errorf(d.Start(), "not an object: %v", err)
	}
	return data, nil
}

// Into decodes the document into a Go type. Fields that the type does not have and
// values of a wrong type are errors with their lines.
func (d Document) Into(target any) error {
	data, err := d.JSON()
	if err != nil {
		return err
	}
	problems := Strict(data, target)
	for _, problem := range problems {
		problem.Position, _ = d.Nearest(ParsePath(problem.Field))
	}
	slices.SortStableFunc(problems, func(a, b *Error) int { return a.Line - b.Line })
	var all []error
	for _, problem := range problems {
		all = append(all, problem)
	}
	return errors.Join(all...)
}

var unknownField = regexp.MustCompile(`^unknown field "(.*)"$`)

// Strict decodes JSON into a Go type and returns what the type does not allow, with
// its field and without a position.
func Strict(data []byte, target any) []*Error {
	var all []*Error
	strict, err := kjson.UnmarshalStrict(data, target)
	for _, problem := range strict {
		if m := unknownField.FindStringSubmatch(problem.Error()); m != nil {
			all = append(all, &Error{Field: m[1], Message: "unknown field"})
		} else {
			all = append(all, &Error{Message: problem.Error()})
		}
	}
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		all = append(all, &Error{Field: wrong.Field, Message: fmt.Sprintf("a %s where %s is expected", wrong.Value, wrong.Type)})
	case err != nil:
		all = append(all, &Error{Message: strings.TrimPrefix(err.Error(), "json: ")})
	}
	return all
}
