package delivery

import (
	"context"
	"fmt"
	"strings"

	"github.com/bitpin/exchange/src/internal/gitops/image"
	"github.com/bitpin/exchange/src/internal/gitops/writeback"
)

const (
	// mostBody is how many bytes GitHub takes in the body of a pull request.
	mostBody = 65_536
	// mostCommits bounds the list of commits.
	mostCommits = 100
)

// built are the paths that an image of the exchange is built from.
var built = []string{"src", "go.mod", "go.sum"}

// Body is the text of the pull request that proposes a step: which image instead of which,
// the commits between both, and the difference of what is rendered, as markdown.
func Body(ctx context.Context, repository *writeback.Repository, step Step, diff string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "Merging this makes `%s` run %s %s.\n\n", step.Overlay.Name, step.Overlay.App, step.New.Tag)
	b.WriteString("| | tag | digest |\n|---|---|---|\n")
	fmt.Fprintf(&b, "| now | %s | `%s` |\n", orNone(step.Old, step.Old.Tag), orNone(step.Old, step.Old.Digest))
	fmt.Fprintf(&b, "| then | %s | `%s` |\n\n", step.New.Tag, step.New.Digest)
	commits, err := commits(ctx, repository, step)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "## Commits\n\n%s\n", commits)
	fmt.Fprintf(&b, "To go back afterwards: `gitops rollback --app %s --overlay %s --push`.\n\n", step.Overlay.App, step.Overlay.Name)
	b.WriteString("## What the cluster gets\n\n")
	const cut = "\nThe whole difference is too long for this page: `gitops diff --base main` prints it.\n"
	if b.Len()+len(diff) > mostBody {
		b.WriteString(cut[1:])
	} else {
		b.WriteString(diff)
	}
	return b.String(), nil
}

func orNone(r image.Reference, text string) string {
	if !r.Released() {
		return "none"
	}
	return text
}

// commits lists what is in the new image and was not in the old one.
func commits(ctx context.Context, repository *writeback.Repository, step Step) (string, error) {
	h := history{ctx, repository}
	to, err := image.Commit(h, step.New.Tag)
	if err != nil {
		return "", err
	}
	if to == "" {
		return fmt.Sprintf("Not known: the tag %s names no commit of this repository.\n", step.New.Tag), nil
	}
	from := ""
	if step.Old.Released() {
		if from, err = image.Commit(h, step.Old.Tag); err != nil {
			return "", err
		}
		if from == "" {
			return fmt.Sprintf("Not known: the tag %s names no commit of this repository.\n", step.Old.Tag), nil
		}
	}
	listed, count, err := repository.Log(ctx, from, to, mostCommits, built...)
	if err != nil {
		return "", fmt.Errorf("listing the commits between %s and %s: %w", step.Old.Tag, step.New.Tag, err)
	}
	var b strings.Builder
	if count == 0 {
		b.WriteString("None that changed the program.\n")
	}
	for _, c := range listed {
		fmt.Fprintf(&b, "- %s %s\n", c.Hash, escape(c.Text))
	}
	if more := count - len(listed); more > 0 {
		fmt.Fprintf(&b, "- and %d more\n", more)
	}
	return b.String(), nil
}

// escape keeps a commit's subject from being markup, or from calling people.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("\\`*_[]<>|~", r):
			b.WriteByte('\\')
		case r == '@':
			b.WriteString("@\u200b")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
