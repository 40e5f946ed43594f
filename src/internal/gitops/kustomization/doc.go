// Package kustomization reads kustomizations and all that they name before kustomize
// does: so that whatever is missing, remote, outside the repository or circular is told
// with its file and line, and nothing is ever fetched.
package kustomization
