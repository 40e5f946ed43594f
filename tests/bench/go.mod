module github.com/bitpin/exchange/tests/bench

go 1.26.0

require (
	github.com/bitpin/exchange v0.0.0
	github.com/google/btree v1.1.3
)

replace github.com/bitpin/exchange => ../..
