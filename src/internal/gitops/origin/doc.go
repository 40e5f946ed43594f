// Package origin says which file and line put a field of a rendered object there: the
// object's own file, a patch of it, a generator or a transformer of a kustomization.
package origin
