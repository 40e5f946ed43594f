// Package tree reads a repository's files, from the work tree or from a Git ref,
// and nothing outside the repository. Paths are slash-separated and relative to its
// root, which is ".". Symbolic links are followed while they stay inside.
package tree
