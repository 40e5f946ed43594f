package writeback

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Version is a file as a commit left it.
type Version struct {
	Commit, Path string
	Content      []byte
}

// History returns what files below a directory were, newest first, along the first parents
// of a commit: as the branch was, and not as branches were that it merged.
func (r *Repository) History(ctx context.Context, commit, dir string) ([]Version, error) {
	out, err := r.git(ctx, "log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=commit %H", commit, "--", r.prefix+dir)
	if err != nil {
		return nil, err
	}
	var versions []Version
	var objects []string
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if hash, ok := strings.CutPrefix(line, "commit "); ok {
			commit = hash
			continue
		}
		// :100644 100644 OLD NEW M	PATH
		left, name, ok := strings.Cut(line, "\t")
		fields := strings.Fields(left)
		if !ok || len(fields) != 5 || fields[4] == "D" || !strings.HasPrefix(fields[1], "100") {
			continue
		}
		versions = append(versions, Version{Commit: commit, Path: strings.TrimPrefix(name, r.prefix)})
		objects = append(objects, fields[3])
	}
	contents, err := r.blobs(ctx, objects)
	if err != nil {
		return nil, fmt.Errorf("reading the history of %s: %w", dir, err)
	}
	for i := range versions {
		versions[i].Content = contents[objects[i]]
	}
	return versions, nil
}

// blobs reads many objects at once.
func (r *Repository) blobs(ctx context.Context, objects []string) (map[string][]byte, error) {
	out, err := call{stdin: []byte(strings.Join(objects, "\n"))}.run(ctx, r.top, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	contents := map[string][]byte{}
	for in := bufio.NewReader(bytes.NewReader(out)); ; {
		header, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && header == "" {
			return contents, nil
		}
		fields := strings.Fields(header)
		if err != nil || len(fields) != 3 {
			return nil, fmt.Errorf("git cat-file: %q", header)
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %q", header)
		}
		content := make([]byte, size+1) // and a newline
		if _, err := io.ReadFull(in, content); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		contents[fields[0]] = content[:size]
	}
}

// Subject is a commit by its first line.
type Subject struct{ Hash, Text string }

// Log returns the commits of one history that another has not, newest first, that changed
// any of some paths; of merges only what they merged. It returns max at most, and how many
// there are.
func (r *Repository) Log(ctx context.Context, from, to string, limit int, paths ...string) ([]Subject, int, error) {
	args := []string{"log", "--no-merges", "--format=%h %s", to}
	if from != "" {
		args = append(args, "^"+from)
	}
	args = append(args, "--")
	for _, p := range paths {
		args = append(args, r.prefix+p)
	}
	out, err := r.git(ctx, args...)
	if err != nil || out == "" {
		return nil, 0, err
	}
	lines := strings.Split(out, "\n")
	var subjects []Subject
	for _, line := range lines[:min(limit, len(lines))] {
		hash, text, _ := strings.Cut(line, " ")
		subjects = append(subjects, Subject{hash, text})
	}
	return subjects, len(lines), nil
}
