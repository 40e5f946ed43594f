// Package matching keeps the order book of one market and matches arriving
// orders against it in price-time priority: the best price first, and within a
// price the order that came first. Every fill happens at the maker's price.
//
// It is pure and deterministic: no clock, no randomness, no map iteration; ids
// come in with the orders. It is not safe for concurrent use.
//
// An order is planned before it is executed: Place first reads the book and
// writes what would happen into the Result, and changes the book only when
// nothing can fail any more. So an error always leaves the book as it was.
package matching
