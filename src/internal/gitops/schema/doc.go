// Package schema knows the kinds that a cluster serves and holds objects to them: the
// built-in ones at the cluster's Kubernetes version, custom ones by the
// CustomResourceDefinitions of the tree, Argo CD's by its Go types.
package schema

//go:generate go run ./generate
