// Package render turns kustomizations, directories and whole clusters of Argo CD
// Applications into objects, in this process, as Argo CD would.
package render
