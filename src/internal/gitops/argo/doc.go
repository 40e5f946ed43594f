// Package argo reads Argo CD's Applications as Argo CD does: their sources, the way in
// which each is rendered, and where the objects go.
package argo
