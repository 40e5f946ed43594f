// Package validate holds what a cluster renders to what Kubernetes will accept: kinds
// and fields, owners, namespaces and references between objects.
package validate
