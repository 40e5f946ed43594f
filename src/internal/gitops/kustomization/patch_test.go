package kustomization_test

import (
	"strings"
	"testing"

	"github.com/bitpin/exchange/src/internal/gitops/kustomization"
)

// patched is an app with a patch from line 4 on, for all objects.
func patched(target string, lines ...string) files {
	text := "patches:\n  - target: " + target + "\n    patch: |-\n"
	for _, line := range lines {
		text += "      " + line + "\n"
	}
	return files{"app/kustomization.yaml": text}
}

func TestAPatchThatCannotBeAppliedIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	const at, all = "app/kustomization.yaml:", "{kind: .*}"
	for name, test := range map[string]struct {
		files files
		want  string
	}{
		"a word":                {patched(all, "hello"), at + "4: neither an object nor a list of operations"},
		"no kind":               {patched(all, "metadata: {name: a}"), at + "4: a patch needs kind and metadata.name, also where its target says which objects it is for"},
		"no name":               {patched(all, "# why", "kind: ConfigMap"), at + "5: a patch needs kind and metadata.name, also where its target says which objects it is for"},
		"YAML in brackets":      {patched(all, "[{op: remove, path: /data}]"), at + "4: a patch that begins with [ is JSON, and this is not"},
		"YAML in a file's":      {files{"app/kustomization.yaml": "patches: [{path: a.yaml, target: {kind: A}}]", "app/a.yaml": "[{op: remove, path: /data}]"}, "app/a.yaml:1: a patch that begins with [ is JSON, and this is not"},
		"no operation":          {patched(all, "[]"), at + "4: no operation"},
		"no target":             {files{"app/kustomization.yaml": "patches:\n  - path: a.yaml\n", "app/a.yaml": "- {op: remove, path: /data}"}, at + "2: a list of operations without a target"},
		"two lists":             {patched(all, "- {op: remove, path: /a}", "---", "- {op: remove, path: /b}"), at + "4: a list of operations beside another document, which kustomize passes over\n" + at + "6: a list of operations beside another document, which kustomize passes over"},
		"no op":                 {patched(all, "- {op: remove, path: /a}", "- path: /b"), at + "5: an operation without op"},
		"an unknown op":         {patched(all, "- {op: delete, path: /a}"), at + "4: no such operation: delete"},
		"no path":               {patched(all, "- op: remove"), at + "4: remove without a path"},
		"a path of dots":        {patched(all, "- {op: remove, path: data.a}"), at + "4: the path data.a does not begin with /"},
		"no value":              {patched(all, "- op: add", "  path: /a"), at + "4: add without value"},
		"no from":               {patched(all, "- {op: move, path: /a}"), at + "4: move without from"},
		"a target's pattern":    {patched("{name: 'a('}", "- {op: remove, path: /a}"), at + "2: error parsing regexp: missing closing ): `^(?:a()$`"},
		"a target's labels":     {patched("{labelSelector: a in}", "- {op: remove, path: /a}"), at + "2: unable to parse requirement: found '' expected: '('"},
		"all of it, file's too": {files{"app/kustomization.yaml": "patches:\n  - {path: a.yaml, target: {name: '('}}\n", "app/a.yaml": "\n- op: remove\n- op: add"}, "app/a.yaml:2: remove without a path\napp/a.yaml:3: add without a path\n" + at + "2: error parsing regexp: missing closing ): `^(?:()$`"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := kustomization.Load(test.files.reader(), "app", kustomization.Options{})
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestPatchesAreWrittenInManyWays(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]files{
		"an object":           patched("{kind: ConfigMap}", "kind: ConfigMap", "metadata: {name: any}"),
		"an object to remove": patched("{kind: ConfigMap}", "$patch: delete", "kind: ConfigMap", "metadata: {name: any}"),
		"JSON":                patched("{kind: ConfigMap}", `[{"op": "remove", "path": "/data"}]`),
		"a null":              patched("{kind: ConfigMap}", "- {op: add, path: /data, value: null}"),
		"the whole":           patched("{kind: ConfigMap}", "- {op: replace, path: '', value: {}}"),
		"all operations":      patched("{labelSelector: 'a in (b)'}", strings.Split("- {op: test, path: /a, value: b}\n- {op: copy, from: /a, path: /b}\n- {op: move, from: /a, path: /c}", "\n")...),
		"a list of objects":   patched("{kind: ConfigMap}", "kind: List", "items: []"),
	} {
		if _, err := kustomization.Load(f.reader(), "app", kustomization.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
