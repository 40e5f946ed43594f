package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bitpin/exchange/src/internal/command"
	"github.com/bitpin/exchange/src/internal/gitops/render"
)

// repository returns the directory to work on: the one that was named, or the nearest
// from the current one upwards that has clusters or is a Git repository.
func repository(named string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the repository: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		for _, mark := range []string{render.Root, ".git"} {
			if _, err := os.Stat(filepath.Join(dir, mark)); err == nil {
				return dir, nil
			}
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no repository in this directory or above it: name it with --root")
		}
	}
}

// inTree turns an argument into a path of the tree. It is relative to the root, or, if
// there is nothing, to the current directory.
func inTree(root, argument string) (string, error) {
	absolute := filepath.Join(root, argument)
	_, err := os.Stat(absolute)
	if err != nil || filepath.IsAbs(argument) {
		here, err := filepath.Abs(argument)
		if err != nil {
			return "", err
		}
		if _, err := os.Stat(here); err == nil {
			absolute = here
		}
	}
	name, err := filepath.Rel(root, absolute)
	if err != nil || !filepath.IsLocal(name) {
		return "", command.Usage(fmt.Errorf("%s is outside the repository %s", argument, root))
	}
	return filepath.ToSlash(name), nil
}
