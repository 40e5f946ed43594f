// Package crd generates the CustomResourceDefinitions of the operators that the
// clusters run, from the operators' own Go types, without descriptions. The
// generator is a module of its own: those types need other versions of Kubernetes's
// modules than the rest of the repository. Its go.mod pins the operators' versions.
package crd

//go:generate go -C generator run . ../../../..
