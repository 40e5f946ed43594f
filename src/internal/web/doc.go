// Package web is the exchange's page for a person with a browser: the markets, a
// market's book and trades, the state of the invariants and, signed in, balances,
// an order form and one's own orders.
//
// Pages are rendered on the server and work without JavaScript; one small script
// refreshes the parts that change. Everything is embedded. Responses carry a strict
// Content-Security-Policy: nothing inline, nothing of a third party.
//
// A form that changes something is a POST that answers with a redirect (303) when it
// took effect and with the page and the reason when it did not. It carries a token
// against cross-site requests, on top of the browser's own Sec-Fetch-Site or Origin.
package web
