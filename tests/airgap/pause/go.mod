module github.com/bitpin/exchange/tests/airgap/pause

go 1.26.0
