// Package exchange holds the domain of a spot exchange: assets, markets,
// accounts, orders, trades, fixed-point amounts, commands, the error codes that
// every edge shares, and the ports through which the edges reach storage and
// the writer.
//
// It imports the standard library only, so every other package may depend on
// it. Nothing in it reads a clock, the environment or a database.
package exchange
