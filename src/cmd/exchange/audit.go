package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/bitpin/exchange/src/internal/exchange"
	"github.com/bitpin/exchange/src/internal/metrics"
)

// auditor has the writer's replica recompute the invariants again and again, and
// shows the latest report in the metrics of every replica.
type auditor struct {
	store    auditStore
	leading  func() bool
	interval time.Duration
	metrics  *metrics.Writer
	log      *slog.Logger
	now      func() time.Time
	took     time.Duration   // the last audit here
	shown    exchange.Millis // of the report in the metrics
}

// auditShare bounds the load: an audit that takes long is followed by a pause this
// many times as long.
const auditShare = 9

type auditStore interface {
	Audit(ctx context.Context) (exchange.AuditReport, error)
	RunAudit(ctx context.Context) (exchange.AuditReport, error)
	SaveAudit(ctx context.Context, report exchange.AuditReport) error
}

// run works until ctx ends. It looks more often than it audits, so that a report of
// another replica shows soon.
func (a *auditor) run(ctx context.Context) {
	ticker := time.NewTicker(min(max(a.interval/10, 100*time.Millisecond), 10*time.Second))
	defer ticker.Stop()
	failing := false
	for {
		err := a.step(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			a.log.Warn("the ledger cannot be audited", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// step audits if it is due here, and shows what is new.
func (a *auditor) step(ctx context.Context) error {
	report, err := a.store.Audit(ctx)
	if err != nil {
		return err
	}
	began := a.now()
	if age := began.Sub(time.UnixMilli(int64(report.At))); a.leading() && age >= max(a.interval, (auditShare+1)*a.took) {
		if report, err = a.store.RunAudit(ctx); err != nil {
			return err
		}
		a.took = a.now().Sub(began)
		if err := a.store.SaveAudit(ctx, report); err != nil {
			return err
		}
	}
	if report.At != a.shown {
		a.show(report)
	}
	return nil
}

func (a *auditor) show(report exchange.AuditReport) {
	a.shown = report.At
	for _, i := range report.Invariants {
		a.metrics.SetInvariantViolations(i.Name, i.Violations)
		if i.Violations > 0 {
			a.log.Error("an invariant is violated", "invariant", i.Name, "meaning", i.Meaning, "violations", i.Violations, "examples", i.Examples)
		}
	}
	a.metrics.SetLastAudit(time.UnixMilli(int64(report.At)), int64(report.Seq))
}
