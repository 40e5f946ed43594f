// Package delivery decides what an overlay runs next: the plans of gitops set-image,
// promote and rollback, and what must hold before one of them is pushed. Package
// writeback carries them out, package image edits the files.
package delivery
