// Package workflows_test holds GitHub's workflows to the rules that keep them short, safe
// and repeatable on a laptop.
package workflows_test
