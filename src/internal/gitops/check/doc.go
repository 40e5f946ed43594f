// Package check holds what clusters render to the policies of a tree: rules in rego
// that see a whole cluster at once, evaluated in-process.
package check
