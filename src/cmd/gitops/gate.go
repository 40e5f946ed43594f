package main

import (
	"context"
	"runtime"
	"time"

	"github.com/bitpin/exchange/src/internal/gitops/check"
	"github.com/bitpin/exchange/src/internal/gitops/report"
	"github.com/bitpin/exchange/src/internal/gitops/tree"
	"github.com/bitpin/exchange/src/internal/gitops/waiver"
)

// newFindings is what "gitops check" finds in a tree and did not find in the one before,
// which is looked at only if anything is found. A waiver that expired is nobody's change,
// and must not stop one: a rollback least of all.
func newFindings(ctx context.Context, before, after *tree.Tree) ([]report.Finding, error) {
	options := check.Options{Jobs: runtime.GOMAXPROCS(0), Now: time.Now()}
	found, err := check.Run(ctx, after, options)
	if err == nil && found.Failing() > 0 {
		options.Base, options.BaseName = before, "what there was before"
		found, err = check.Run(ctx, after, options)
	}
	if err != nil {
		return nil, err
	}
	var findings []report.Finding
	for _, r := range found.Results {
		if r.Failing() && r.Rule != waiver.RuleExpired {
			findings = append(findings, r.Finding)
		}
	}
	return findings, nil
}
