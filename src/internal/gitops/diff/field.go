package diff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/object"
	"github.com/bitpin/exchange/src/internal/gitops/source"
)

// maxText is how many bytes of a value are shown.
const maxText = 200

// Hidden stands for the values of Secrets.
const Hidden = "(hidden)"

// comparison gathers the fields in which two objects differ.
type comparison struct {
	secret bool
	found  []Field
}

func fields(before, after *object.Object) []Field {
	c := &comparison{secret: after.Is("", "Secret")}
	c.values(before.Content, after.Content, nil)
	return c.found
}

func (c *comparison) values(before, after any, at source.Path) {
	if reflect.DeepEqual(before, after) {
		return
	}
	oldMap, oldOK := before.(map[string]any)
	newMap, newOK := after.(map[string]any)
	if oldOK && newOK {
		for _, key := range slices.Sorted(maps.Keys(union(oldMap, newMap))) {
			c.values(oldMap[key], newMap[key], at.Key(key))
		}
		return
	}
	oldList, oldOK := before.([]any)
	newList, newOK := after.([]any)
	if oldOK && newOK {
		c.lists(oldList, newList, at)
		return
	}
	c.found = append(c.found, Field{at.String(), c.text(before, at), c.text(after, at)})
}

// lists compares named elements by name, others by their places.
func (c *comparison) lists(before, after []any, at source.Path) {
	old, now := names(before), names(after)
	if old == nil || now == nil {
		for i := range max(len(before), len(after)) {
			c.values(element(before, i), element(after, i), at.Index(i))
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(union(old, now))) {
		c.values(old[name], now[name], at.Key(name))
	}
}

func element(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// names returns the elements of a list by their names, nil if they have none of their own.
func names(list []any) map[string]any {
	all := map[string]any{}
	for _, item := range list {
		name, _ := object.Get(item, "name").(string)
		if _, twice := all[name]; name == "" || twice {
			return nil
		}
		all[name] = item
	}
	return all
}

func (c *comparison) text(value any, at source.Path) string {
	if value == nil {
		return ""
	}
	if c.secret && len(at) > 0 && (at[0].Key == "data" || at[0].Key == "stringData") {
		return Hidden
	}
	text, isText := value.(string)
	if !isText {
		data, err := json.Marshal(value)
		if err != nil {
			return err.Error()
		}
		text = string(data)
	}
	text = strings.ReplaceAll(text, "\n", `\n`)
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return text
}
