package writeback

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

const (
	// defaultAttempts bounds how often a change is planned anew.
	defaultAttempts = 10
	// longestPause bounds the time between two attempts.
	longestPause = 30 * time.Second
)

// Options say where to push, and what must hold before.
type Options struct {
	// Remote is a remote's name or URL.
	Remote string
	// Branch is what the change is made upon.
	Branch string
	// Target is the branch that is pushed, "" if it is Branch itself. Another one must not
	// be there yet, or hold the same files as the commit.
	Target string
	// Attempts is how often to try while other writers are faster; 10 if it is 0.
	Attempts int
	// Verify is asked before each push, and nothing is pushed if it returns an error. Both
	// commits are in the object store.
	Verify func(ctx context.Context, base, commit string) error
}

// Result is what was pushed.
type Result struct {
	// Base is what the change was made upon, Commit what it became: "" if there was nothing
	// to change.
	Base, Commit string
	Attempts     int
}

// RejectedError says that other writers were faster every time.
type RejectedError struct {
	Branch   string
	Attempts int
	// Reason is git's for the last attempt.
	Reason string
}

func (e *RejectedError) Error() string {
	return fmt.Sprintf("pushing to %s: rejected %d times, the last time with %q: others push to it faster than this; nothing was changed, try again", e.Branch, e.Attempts, e.Reason)
}

// DeclinedError says that the remote repository does not want the commit.
type DeclinedError struct {
	Branch string
	// Reason is the remote's.
	Reason string
}

func (e *DeclinedError) Error() string {
	return fmt.Sprintf("pushing to %s: the remote declines: %s; nothing was changed there: let its rules allow this writer, or push to another branch and open a pull request", e.Branch, e.Reason)
}

// BranchExistsError says that there is a branch of the name that a change should have.
type BranchExistsError struct{ Remote, Branch string }

func (e *BranchExistsError) Error() string {
	return fmt.Sprintf("the branch %s is there already, with something else: merge it, or delete it (git push %s --delete %s)", e.Branch, e.Remote, e.Branch)
}

// Push makes a planned change a commit of a remote branch.
func (r *Repository) Push(ctx context.Context, o Options, plan Plan) (Result, error) {
	if o.Target == "" {
		o.Target = o.Branch
	}
	if o.Attempts == 0 {
		o.Attempts = defaultAttempts
	}
	for _, name := range []string{o.Branch, o.Target} {
		if err := r.validBranch(ctx, name); err != nil {
			return Result{}, err
		}
	}
	for attempt := 1; ; attempt++ {
		started := time.Now()
		result, err := r.try(ctx, o, plan)
		result.Attempts = attempt
		var rejected *RejectedError
		if !errors.As(err, &rejected) {
			return result, err
		}
		if rejected.Attempts = attempt; attempt == o.Attempts {
			return Result{Base: result.Base, Attempts: attempt}, rejected
		}
		if err := pause(ctx, time.Since(started), attempt); err != nil {
			return Result{}, err
		}
	}
}

// pause waits a random time, so that writers that met do not meet again: up to as long as
// an attempt took, and twice as long after each, as long as that helps.
func pause(ctx context.Context, took time.Duration, attempt int) error {
	most := min(max(took, time.Millisecond)<<min(attempt-1, 4), longestPause)
	timer := time.NewTimer(rand.N(most)) //nolint:gosec // nobody gains by guessing it
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// try makes one attempt upon the newest commit.
func (r *Repository) try(ctx context.Context, o Options, plan Plan) (Result, error) {
	base, err := r.Fetch(ctx, o.Remote, o.Branch)
	if err != nil {
		return Result{}, err
	}
	if base == "" {
		return Result{}, fmt.Errorf("%s has no branch %q", o.Remote, o.Branch)
	}
	result := Result{Base: base}
	change, err := plan(ctx, base, r.At(base))
	if err != nil || change == nil {
		return result, err
	}
	commit, err := r.Commit(ctx, base, change)
	if err != nil {
		return result, err
	}
	if o.Verify != nil {
		if err := o.Verify(ctx, base, commit); err != nil {
			return result, err
		}
	}
	if o.Target != o.Branch {
		existing, err := r.existing(ctx, o, commit)
		if err != nil || existing != "" {
			result.Commit = existing
			return result, err
		}
	}
	if err := r.push(ctx, o, commit); err != nil {
		return result, err
	}
	result.Commit = commit
	return result, nil
}

// Fetch gets a remote branch and returns its commit, "" if there is no such branch. It
// changes no ref.
func (r *Repository) Fetch(ctx context.Context, remote, branch string) (string, error) {
	if strings.HasPrefix(remote, "-") || remote == "" {
		return "", fmt.Errorf("%q is no remote", remote)
	}
	ref := "refs/heads/" + branch
	listed, err := r.git(ctx, "ls-remote", "--", remote, ref)
	if err != nil {
		return "", fmt.Errorf("asking %s for %s: %w", remote, branch, err)
	}
	commit := ""
	for line := range strings.Lines(listed) {
		if hash, name, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && name == ref {
			commit = hash
		}
	}
	if commit == "" {
		return "", nil
	}
	if _, err := r.git(ctx, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "--", remote, ref); err != nil {
		return "", fmt.Errorf("fetching %s from %s: %w", branch, remote, err)
	}
	// The branch may have moved between both, forwards.
	found, err := r.Resolve(ctx, commit)
	if err == nil && found == "" {
		err = &RejectedError{Branch: branch, Reason: "rewritten while it was fetched"}
	}
	return commit, err
}

// existing returns the commit of a target that is there already with the same files.
func (r *Repository) existing(ctx context.Context, o Options, commit string) (string, error) {
	there, err := r.Fetch(ctx, o.Remote, o.Target)
	if err != nil || there == "" {
		return "", err
	}
	differing, err := r.Changed(ctx, there, commit)
	if err != nil {
		return "", err
	}
	if len(differing) > 0 {
		return "", &BranchExistsError{o.Remote, o.Target}
	}
	return there, nil
}

func (r *Repository) push(ctx context.Context, o Options, commit string) error {
	out, err := r.git(ctx, "push", "--porcelain", "--", o.Remote, commit+":refs/heads/"+o.Target)
	if err == nil {
		return nil
	}
	for line := range strings.Lines(out) {
		// !	FROM:TO	[rejected] (fetch first)
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if fields[0] != "!" || len(fields) < 3 {
			continue
		}
		if isRace(fields[2]) {
			return &RejectedError{Branch: o.Target, Reason: fields[2]}
		}
		return &DeclinedError{Branch: o.Target, Reason: declined(fields[2], err)}
	}
	return fmt.Errorf("pushing to %s: %w", o.Target, err)
}

// isRace says whether git refused because the branch moved meanwhile.
func isRace(reason string) bool {
	if strings.HasPrefix(reason, "[rejected]") {
		return true
	}
	for _, part := range []string{"cannot lock ref", "failed to update ref", "failed to lock", "incorrect old value", "reference already exists"} {
		if strings.Contains(reason, part) {
			return true
		}
	}
	return false
}

// declined adds to git's reason what the remote's hooks printed.
func declined(reason string, err error) string {
	var failed *gitError
	if errors.As(err, &failed) {
		for line := range strings.Lines(failed.stderr) {
			if text, ok := strings.CutPrefix(line, "remote:"); ok && strings.TrimSpace(text) != "" {
				reason += ": " + strings.TrimSpace(text)
			}
		}
	}
	return reason
}
