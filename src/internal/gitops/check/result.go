package check

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// result gives what a rule found its place in the tree.
func (e *evaluation) result(rule report.Rule, value any) (report.Result, error) {
	found, _ := value.(map[string]any)
	text := func(key string) string { s, _ := found[key].(string); return s }
	message, id, application := text("msg"), text("object"), text("application")
	if message == "" {
		return report.Result{}, fmt.Errorf("the rule %s gives a finding without msg: %v", rule.ID, value)
	}
	at, ok := e.places[placeKey(application, id)]
	if !ok {
		return report.Result{}, fmt.Errorf("the rule %s names an object that is not there: %q of Application %q", rule.ID, id, application)
	}
	field, err := fieldPath(found["field"])
	if err != nil {
		return report.Result{}, fmt.Errorf("the rule %s: %w", rule.ID, err)
	}
	return report.Result{
		Finding: report.Finding{
			Rule: rule.ID, Cluster: e.cluster, Application: application, Object: id,
			Field: field.String(), Position: at.object.Position(field), Message: message,
		},
		Severity: rule.Severity,
		Solution: rule.Solution,
		Identity: report.Identity(rule.ID, e.cluster, id, stable(at.object.Content, field)),
	}, nil
}

// fieldPath reads a field as rules write it: a list of keys and indexes.
func fieldPath(value any) (source.Path, error) {
	steps, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("a finding's field is no list: %v", value)
	}
	var path source.Path
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			path = path.Key(step)
		case json.Number:
			index, err := step.Int64()
			if err != nil || index < 0 {
				return nil, fmt.Errorf("a finding's field has a bad index: %v", value)
			}
			path = path.Index(int(index))
		default:
			return nil, fmt.Errorf("a finding's field has a step that is no key and no index: %v", value)
		}
	}
	return path, nil
}

// stable writes a field so that it stays the same when others are put before it: an
// element that has a name is called by it.
func stable(content any, field source.Path) string {
	var b strings.Builder
	for _, step := range field {
		if step.Key != "" {
			b.WriteString("." + step.Key)
			content = object.Get(content, step.Key)
			continue
		}
		list, _ := content.([]any)
		content = nil
		if step.Index < len(list) {
			content = list[step.Index]
		}
		if name, _ := object.Get(content, "name").(string); name != "" {
			b.WriteString("[" + name + "]")
		} else {
			fmt.Fprintf(&b, "[%d]", step.Index)
		}
	}
	return b.String()
}
