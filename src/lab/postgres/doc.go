// Package postgres runs a PostgreSQL server of our own: for `make run`, for tests
// and for benchmarks. It never touches a server that it did not start. Each one
// has its own directory, its own port on 127.0.0.1, its own passwords and, when
// we are root, an unprivileged user; and it goes when the process that started it
// goes, however that ends.
//
// It needs a Unix system.
package postgres
