// Package marketdata is a replica's picture of all books by price level, and of
// the last prices. It starts from a snapshot and follows the committed batches;
// the REST depth, the page and the streams read from it, never from the database.
package marketdata
