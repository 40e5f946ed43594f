package rest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bitpin/exchange/src/internal/rest"
)

func TestADeadlineEndsAfterItsTime(t *testing.T) {
	t.Parallel()
	ctx, cancel := rest.NewDeadline(t.Context(), time.Millisecond)
	defer cancel()
	<-ctx.Done()
	if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestADeadlineEndsWithItsRequest(t *testing.T) {
	t.Parallel()
	request, leave := context.WithCancel(t.Context())
	ctx, cancel := rest.NewDeadline(request, time.Hour)
	defer cancel()
	child, stop := context.WithCancel(ctx)
	defer stop()
	leave()
	<-child.Done()
	if err := ctx.Err(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestADeadlineIsOverOnceTheRequestIsAnswered(t *testing.T) {
	t.Parallel()
	for name, waitFirst := range map[string]bool{"somebody waits already": true, "somebody waits later": false} {
		ctx, cancel := rest.NewDeadline(t.Context(), time.Hour)
		var done <-chan struct{}
		if waitFirst {
			done = ctx.Done()
		}
		cancel()
		if !waitFirst {
			done = ctx.Done()
		}
		<-done
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADeadlineIsNoLaterThanItsRequests(t *testing.T) {
	t.Parallel()
	type key struct{}
	request, leave := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), time.Minute)
	defer leave()
	early, cancel := rest.NewDeadline(request, time.Second)
	defer cancel()
	late, cancelLate := rest.NewDeadline(request, time.Hour)
	defer cancelLate()
	want, _ := request.Deadline()
	if at, has := late.Deadline(); !has || !at.Equal(want) {
		t.Errorf("%v, want the request's %v", at, want)
	}
	if at, has := early.Deadline(); !has || !at.Before(want) {
		t.Errorf("%v, want less than the request's %v", at, want)
	}
	if early.Value(key{}) != "kept" {
		t.Error("the request's values are lost")
	}
}
