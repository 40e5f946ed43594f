package reporter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"

	"github.com/bitpin/exchange/src/internal/gitops/report"
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name  string      `json:"name"`
	Rules []sarifRule `json:"rules"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifRule struct {
	ID      string            `json:"id"`
	Name    string            `json:"name"`
	Short   sarifText         `json:"shortDescription"`
	Full    sarifText         `json:"fullDescription"`
	Help    sarifText         `json:"help"`
	Default map[string]string `json:"defaultConfiguration"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Baseline     string             `json:"baselineState,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   map[string]string  `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// SARIF writes a report in the Static Analysis Results Interchange Format 2.1.0.
func SARIF(w io.Writer, r *report.Report) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "gitops", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	index := map[string]int{}
	for i, rule := range r.Rules {
		index[rule.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: rule.ID, Name: rule.Title,
			Short: sarifText{rule.Title}, Full: sarifText{rule.Description}, Help: sarifText{rule.Solution},
			Default: map[string]string{"level": string(rule.Severity)},
		})
	}
	for _, result := range r.Results {
		run.Results = append(run.Results, sarifOf(result, index[result.Rule]))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifOf(r report.Result, rule int) sarifResult {
	sum := sha256.Sum256([]byte(r.Identity))
	out := sarifResult{
		RuleID: r.Rule, RuleIndex: rule, Level: string(r.Severity),
		Message:      sarifText{r.Message},
		Fingerprints: map[string]string{"identity/v1": hex.EncodeToString(sum[:])},
		Baseline:     map[report.State]string{report.New: "new", report.Existing: "unchanged", report.Fixed: "absent"}[r.State],
		Properties:   map[string]string{"cluster": r.Cluster, "application": r.Application, "object": r.Object, "field": r.Field},
	}
	location := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{URI: r.File}}}
	if r.Line > 0 {
		location.Physical.Region = &sarifRegion{StartLine: r.Line}
	}
	if name := subject(r); name != "" {
		location.Logical = []sarifLogical{{FullyQualifiedName: name, Kind: "object"}}
	}
	out.Locations = []sarifLocation{location}
	if r.Waived != "" {
		out.Suppressions = []sarifSuppression{{Kind: "external", Justification: r.Waived}}
	}
	return out
}
