// Package crash_test kills what runs the exchange and looks whether anything that
// was acknowledged is lost, or anything was done twice: replicas, the database, and
// the connection between them at the moment of a commit. Clients are real ones, with
// signed requests, and what they were told is compared with the database.
//
// How long takeovers took is shown by: go test -v ./tests/crash
package crash_test
