package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// shutdown ends the replica, whatever of it has begun: first that nothing new comes,
// then what is under way, then what that needs.
func (r *replica) shutdown() error {
	r.health.draining.Store(true)
	if r.public != nil {
		r.public.gate.leave()
	}
	var problems []error
	if r.trading != nil {
		problems = append(problems, r.handOver())
		// It answers and forwards until load balancers have noticed, and the other
		// replicas, who look at the lease ten times in LeaseDuration.
		time.Sleep(max(r.config.ShutdownDelay, r.config.LeaseDuration/5))
	}
	ctx, cancel := context.WithTimeout(context.Background(), r.config.ShutdownTimeout)
	defer cancel()
	r.drain(ctx)
	if r.peers != nil {
		problems = append(problems, r.peers.shutdown(ctx))
	}
	r.stop()
	r.background.Wait()
	if r.db != nil {
		r.db.Close()
	}
	if r.operations != nil {
		problems = append(problems, r.operations.shutdown(ctx))
	}
	return errors.Join(problems...)
}

// handOver gives the lease back after the last batch.
func (r *replica) handOver() error {
	ctx, cancel := context.WithTimeout(context.Background(), r.config.CommandTimeout+r.config.LeaseDuration)
	defer cancel()
	if err := r.trading.Resign(ctx); err != nil {
		return fmt.Errorf("giving the lease back: %w", err)
	}
	return nil
}

// drain lets streams and requests end, side by side. A client that does not let go
// is cut off in the end, which is no failure of ours.
func (r *replica) drain(ctx context.Context) {
	var ending sync.WaitGroup
	if r.hub != nil {
		ending.Go(func() {
			if err := r.hub.Shutdown(ctx); err != nil {
				r.log.Warn("ending the streams", "error", err)
			}
		})
	}
	if r.public != nil {
		ending.Go(func() {
			if err := r.public.shutdown(ctx); err != nil {
				r.log.Warn("ending the requests", "error", err)
			}
		})
	}
	ending.Wait()
}
