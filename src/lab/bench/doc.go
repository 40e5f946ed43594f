// Package bench measures the exchange on this machine: its engine alone, and the
// whole of it, through HTTP with signatures, on a durable PostgreSQL.
//
// The durable figure has something to stand beside: pgbench, PostgreSQL's own
// benchmark, on the same server in the same run. Both put one row of money from one
// place to another and wait until it is on disk; the ratio of the two does not depend
// much on the machine.
//
// The load comes from package flow, so orders rest, match and are cancelled on a book
// a thousand prices deep. It shares the machine with what it measures, so it costs
// little: requests are signed and written out before the clock starts, and sent over
// connections that stay open.
package bench
