// Package e2e_test looks from outside at the whole platform on a cluster of this
// machine: what is committed runs, answers, and survives what breaks.
//
// The tests have the build tag e2e and need a cluster; make e2e runs them.
package e2e_test
