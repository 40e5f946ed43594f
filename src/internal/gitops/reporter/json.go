package reporter

import (
	"encoding/json"
	"io"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

type jsonReport struct {
	Clusters     []string     `json:"clusters"`
	Applications int          `json:"applications"`
	Objects      int          `json:"objects"`
	Rules        int          `json:"rules"`
	Base         string       `json:"base,omitempty"`
	Failing      int          `json:"failing"`
	Results      []jsonResult `json:"results"`
}

type jsonResult struct {
	Rule        string          `json:"rule"`
	Severity    report.Severity `json:"severity"`
	State       report.State    `json:"state,omitempty"`
	Failing     bool            `json:"failing"`
	Waived      string          `json:"waived,omitempty"`
	Cluster     string          `json:"cluster,omitempty"`
	Application string          `json:"application,omitempty"`
	Object      string          `json:"object,omitempty"`
	Field       string          `json:"field,omitempty"`
	File        string          `json:"file"`
	Line        int             `json:"line,omitempty"`
	Message     string          `json:"message"`
	Solution    string          `json:"solution,omitempty"`
	Identity    string          `json:"identity"`
}

// JSON writes a report for programs.
func JSON(w io.Writer, r *report.Report) error {
	out := jsonReport{
		Clusters: r.Clusters, Applications: r.Applications, Objects: r.Objects, Rules: len(r.Rules),
		Base: r.Base, Failing: r.Failing(), Results: []jsonResult{},
	}
	for _, result := range r.Results {
		out.Results = append(out.Results, jsonResult{
			Rule: result.Rule, Severity: result.Severity, State: result.State, Failing: result.Failing(), Waived: result.Waived,
			Cluster: result.Cluster, Application: result.Application, Object: result.Object, Field: result.Field,
			File: result.File, Line: result.Line, Message: result.Message, Solution: result.Solution, Identity: result.Identity,
		})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}
