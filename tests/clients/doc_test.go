// Package clients drives the exchange's program with the clients that people have:
// go-binance, ccxt and plain HTTP. It sees nothing of the exchange but its ports.
package clients_test
