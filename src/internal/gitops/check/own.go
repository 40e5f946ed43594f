package check

import (
	"github.com/bitpin/exchange/src/internal/gitops/render"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/validate"
)

// own are the rules that rendering itself holds.
func own() []report.Rule {
	rules := []report.Rule{
		{ID: render.RuleRender, Title: "The tree renders", Description: "What an Application points to is built by kustomize as Argo CD builds it."},
		{ID: render.RuleEmpty, Title: "An Application renders something", Description: "An Application without objects hides a mistake in its path or its kustomization."},
		{ID: render.RuleTwice, Title: "Applications have different names", Description: "Of two Applications of one name, Argo CD keeps the last."},
		{ID: render.RuleForeign, Title: "What is not in this repository is pinned", Description: "A source in another repository says a commit or a version, so that it stays what it was."},
		{ID: validate.RuleSchema, Title: "Objects fit their kinds", Description: "Unknown fields, wrong types, missing fields and unknown kinds are refused, as an API server would, or would not."},
		{ID: validate.RuleNamespace, Title: "Namespaces are declared", Description: "Every object that needs a namespace has one that the cluster declares."},
		{ID: validate.RuleReference, Title: "What is named exists", Description: "ConfigMaps, Secrets, Services and ServiceAccounts that objects name are provided by something in the cluster."},
		{ID: validate.RuleUnused, Title: "Every kustomization is used", Description: "A kustomization that no cluster renders is checked by nobody."},
	}
	for i := range rules {
		rules[i].Severity, rules[i].Solution = report.Fails, solution(rules[i].ID)
	}
	return rules
}

// solution says what to do about a finding of rendering.
func solution(rule string) string {
	switch rule {
	case render.RuleRender:
		return "Correct the file that is named; `gitops render` shows the result."
	case render.RuleEmpty:
		return "Correct the source's path, or remove the Application."
	case render.RuleTwice:
		return "Give one of the Applications another name."
	case render.RuleForeign:
		return "State a commit or a version as targetRevision, or the URL of this repository."
	case validate.RuleSchema:
		return "Write the field as the kind's schema has it (`kubectl explain`)."
	case validate.RuleNamespace:
		return "Declare the Namespace in the Application, or correct the name."
	case validate.RuleReference:
		return "Add the object that is named, or correct the name."
	case validate.RuleUnused:
		return "Use the kustomization in a cluster, or remove it."
	default:
		return ""
	}
}
