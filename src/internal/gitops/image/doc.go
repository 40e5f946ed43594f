// Package image changes which image an overlay runs: newTag and digest of one entry of a
// kustomization's images, and no other byte.
package image
