// Package rest is the exchange's HTTP API.
//
// Under /api/v3 it has the shape of Binance Spot, so that existing clients can
// trade: forms in, decimals as strings out, errors as {"code":-1121,"msg":"…"}.
// Under /api/v1 are our own accounts, deposits, withdrawals and valuations: JSON in
// and out, errors as RFC 9457 problem details, every change under an
// Idempotency-Key. Both are described in OpenAPI 3.1 at /openapi.json.
//
// A signed request carries its API key in X-MBX-APIKEY, the time in the parameter
// timestamp, and in the parameter signature the HMAC-SHA256, in hex, of the query
// string and the body as they were sent, without the signature itself.
//
// An endpoint is a row of a table: what it costs, who may call it, which parameters
// it takes. One function leads every request past the same stations: count it
// against its address, read it, check its signature, scope and parameters, handle
// it, answer. Errors travel as *exchange.Error; errors.go alone gives them an HTTP
// status and a number.
package rest
