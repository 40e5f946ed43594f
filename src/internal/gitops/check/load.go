package check

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"sigs.k8s.io/yaml"

	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Dir is where a tree keeps its policies.
const Dir = "policy"

// deny is the set in which every rule gathers what it finds.
const deny = "deny"

// Policies are a tree's rules, compiled, with the documents that they read. They may be
// used by several goroutines.
type Policies struct {
	rules    []report.Rule
	compiler *ast.Compiler
	store    storage.Store

	mu       sync.Mutex
	prepared map[int][]rego.PreparedEvalQuery // by how many there are
}

// Load reads and compiles the policies of a tree. Its errors say file and line.
func Load(t *tree.Tree) (*Policies, error) {
	l := &loader{tree: t, modules: map[string]*ast.Module{}, data: map[string]any{}}
	if err := t.Walk(Dir, l.file); err != nil {
		return nil, fmt.Errorf("reading the policies: %w", err)
	}
	compiler := ast.NewCompiler().WithStrict(true)
	if compiler.Compile(l.modules); compiler.Failed() {
		return nil, fmt.Errorf("compiling the policies: %w", compiler.Errors)
	}
	rules, err := describe(l.modules)
	if err != nil {
		return nil, err
	}
	return &Policies{
		rules: rules, compiler: compiler, store: inmem.NewFromObject(l.data),
		prepared: map[int][]rego.PreparedEvalQuery{},
	}, nil
}

// Rules returns what the rules say of themselves, sorted by their identifiers.
func (p *Policies) Rules() []report.Rule { return p.rules }

// prepare returns a query for some rules that answers with a set of findings for each.
func (p *Policies) prepare(rules []report.Rule) *rego.Rego {
	pairs := make([]string, len(rules))
	for i, rule := range rules {
		pairs[i] = fmt.Sprintf("%q: data.%s.%s", rule.ID, rule.ID, deny)
	}
	return rego.New(
		rego.Query("found := {"+strings.Join(pairs, ", ")+"}"),
		rego.Compiler(p.compiler),
		rego.Store(p.store),
		rego.StrictBuiltinErrors(true),
	)
}

type loader struct {
	tree    *tree.Tree
	modules map[string]*ast.Module
	data    map[string]any
}

// file takes in a module or a document. Tests are left to "opa test".
func (l *loader) file(name string) error {
	switch ext := path.Ext(name); {
	case ext == ".rego" && !strings.HasSuffix(name, "_test.rego"):
		content, err := l.tree.Read(name)
		if err != nil {
			return err
		}
		module, err := ast.ParseModuleWithOpts(name, string(content), ast.ParserOptions{ProcessAnnotation: true})
		if err != nil {
			return err
		}
		l.modules[name] = module
	case ext == ".yaml" || ext == ".json":
		content, err := l.tree.Read(name)
		if err != nil {
			return err
		}
		var document map[string]any
		if err := yaml.Unmarshal(content, &document); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return l.mount(name, document)
	}
	return nil
}

// mount puts a document where OPA does: at the path of its directory below the policies.
func (l *loader) mount(name string, document map[string]any) error {
	at := l.data
	if dir := strings.TrimPrefix(path.Dir(name), Dir); dir != "" {
		for _, step := range strings.Split(strings.TrimPrefix(dir, "/"), "/") {
			inner, ok := at[step].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[step] = inner
			}
			at = inner
		}
	}
	for key, value := range document {
		if _, twice := at[key]; twice {
			return fmt.Errorf("%s: another document has %q already", name, key)
		}
		at[key] = value
	}
	return nil
}

// describe reads the annotations of the modules that are rules.
func describe(modules map[string]*ast.Module) ([]report.Rule, error) {
	var rules []report.Rule
	var all []error
	for name, module := range modules {
		if !slices.ContainsFunc(module.Rules, func(r *ast.Rule) bool { return r.Head.Name.String() == deny }) {
			continue
		}
		rule, err := annotated(name, module)
		rules, all = append(rules, rule), append(all, err)
	}
	if err := errors.Join(all...); err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return nil, fmt.Errorf("%s has no rule: nothing would be checked", Dir)
	}
	slices.SortFunc(rules, func(a, b report.Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, nil
}

// annotated reads the METADATA of a rule's package.
func annotated(name string, module *ast.Module) (report.Rule, error) {
	id := strings.TrimPrefix(module.Package.Path.String(), "data.")
	rule := report.Rule{ID: id, File: name}
	if want := path.Join(Dir, strings.ReplaceAll(id, ".", "/")); path.Dir(name) != want {
		return rule, fmt.Errorf("%s: the package %s belongs into %s", name, id, want)
	}
	for _, a := range module.Annotations {
		if a.Scope != "package" {
			continue
		}
		text := func(key string) string { s, _ := a.Custom[key].(string); return strings.TrimSpace(s) }
		rule.Title, rule.Description = a.Title, strings.TrimSpace(a.Description)
		rule.Solution, rule.Severity = text("solution"), report.Severity(text("severity"))
		if text("id") != id {
			return rule, fmt.Errorf("%s: METADATA: custom.id is %q, but the package is %s", name, text("id"), id)
		}
	}
	for field, value := range map[string]string{"title": rule.Title, "description": rule.Description, "custom.solution": rule.Solution} {
		if value == "" {
			return rule, fmt.Errorf("%s: METADATA: %s is missing", name, field)
		}
	}
	if rule.Severity != report.Fails && rule.Severity != report.Warns {
		return rule, fmt.Errorf("%s: METADATA: custom.severity is %q: must be %s or %s", name, rule.Severity, report.Fails, report.Warns)
	}
	return rule, nil
}
