// Package waiver accepts findings for a while: each waiver says for what, by whom, why
// and until when.
package waiver
