// Package local runs the exchange on this machine, with a PostgreSQL of its own
// and demo accounts. All that it makes lies in .local/ at the repository's root:
//
//	bin/exchange   the service, built from this tree
//	postgres/      the database server: data, log, settings
//	secret.key     the service's SECRET_KEY
//	demo.env       addresses, API keys and passwords of the demo
//	exchange.log   the service's log
package local
