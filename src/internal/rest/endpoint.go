package rest

import "github.com/bitpin/exchange/src/internal/exchange"

// anyScope is for endpoints that a key of any scope may call, once signed; what it
// may do there, the handler decides.
const anyScope exchange.Scope = 1 << 7

// endpoint is one operation of the API.
type endpoint struct {
	method, path string
	weight       int            // charged before anything is read; a handler may charge more
	scope        exchange.Scope // that a key needs; 0: open to everybody, not signed
	params       []string       // accepted ones, in the query or the form
	handle       func(*call) error
	own          bool // of our own API: JSON bodies, problem details
	nowhere      bool // no operation: whatever its parameters are, they are not at fault
}

// endpoints lists the API. Weights are Binance's.
var endpoints = []endpoint{
	{method: "GET", path: "/api/v3/ping", weight: 1, handle: (*call).ping},
	{method: "GET", path: "/api/v3/time", weight: 1, handle: (*call).time},
	{method: "GET", path: "/api/v3/exchangeInfo", weight: 20, handle: (*call).exchangeInfo, params: []string{"symbol", "symbols", "permissions", "showPermissionSets"}},
	{method: "GET", path: "/api/v3/depth", weight: 5, handle: (*call).depth, params: []string{"symbol", "limit"}},
	{method: "GET", path: "/api/v3/trades", weight: 25, handle: (*call).trades, params: []string{"symbol", "limit"}},
	{method: "GET", path: "/api/v3/klines", weight: 2, handle: (*call).klines, params: []string{"symbol", "interval", "startTime", "endTime", "limit"}},
	{method: "GET", path: "/api/v3/ticker/24hr", weight: 2, handle: (*call).ticker24h, params: []string{"symbol", "symbols", "type"}},
	{method: "GET", path: "/api/v3/ticker/price", weight: 2, handle: (*call).tickerPrice, params: []string{"symbol", "symbols"}},
	{method: "GET", path: "/api/v3/ticker/bookTicker", weight: 2, handle: (*call).bookTicker, params: []string{"symbol", "symbols"}},

	{method: "POST", path: "/api/v3/order", weight: 1, scope: exchange.ScopeTrade, handle: (*call).placeOrder, params: newOrderParams},
	{method: "POST", path: "/api/v3/order/test", weight: 1, scope: exchange.ScopeTrade, handle: (*call).testOrder, params: newOrderParams},
	{method: "GET", path: "/api/v3/order", weight: 4, scope: exchange.ScopeRead, handle: (*call).getOrder, params: []string{"symbol", "orderId", "origClientOrderId"}},
	{method: "DELETE", path: "/api/v3/order", weight: 1, scope: exchange.ScopeTrade, handle: (*call).cancelOrder, params: []string{"symbol", "orderId", "origClientOrderId", "newClientOrderId"}},
	{method: "GET", path: "/api/v3/openOrders", weight: 6, scope: exchange.ScopeRead, handle: (*call).openOrders, params: []string{"symbol"}},
	{method: "DELETE", path: "/api/v3/openOrders", weight: 1, scope: exchange.ScopeTrade, handle: (*call).cancelOpenOrders, params: []string{"symbol"}},
	{method: "GET", path: "/api/v3/allOrders", weight: 20, scope: exchange.ScopeRead, handle: (*call).allOrders, params: []string{"symbol", "orderId", "startTime", "endTime", "limit"}},
	{method: "GET", path: "/api/v3/account", weight: 20, scope: exchange.ScopeRead, handle: (*call).account, params: []string{"omitZeroBalances"}},
	{method: "GET", path: "/api/v3/myTrades", weight: 5, scope: exchange.ScopeRead, handle: (*call).myTrades, params: []string{"symbol", "orderId", "startTime", "endTime", "fromId", "limit"}},

	// Binance's first API had this path, and go-binance still asks there.
	{method: "GET", path: "/api/v1/trades", weight: 25, handle: (*call).trades, params: []string{"symbol", "limit"}},

	{method: "GET", path: "/api/v1/invariants", weight: 5, own: true, handle: (*call).invariants},
	{method: "POST", path: "/api/v1/accounts", weight: 1, own: true, scope: exchange.ScopeOperator, handle: (*call).createAccount},
	{method: "GET", path: "/api/v1/accounts", weight: 5, own: true, scope: anyScope, handle: (*call).listAccounts, params: []string{"name"}},
	{method: "GET", path: "/api/v1/accounts/{id}", weight: 5, own: true, scope: anyScope, handle: (*call).getAccount},
	{method: "POST", path: "/api/v1/accounts/{id}/api-keys", weight: 1, own: true, scope: exchange.ScopeOperator, handle: (*call).createAPIKey},
	{method: "GET", path: "/api/v1/accounts/{id}/api-keys", weight: 5, own: true, scope: anyScope, handle: (*call).listAPIKeys},
	{method: "DELETE", path: "/api/v1/accounts/{id}/api-keys/{key}", weight: 1, own: true, scope: anyScope, handle: (*call).revokeAPIKey},
	{method: "GET", path: "/api/v1/balances", weight: 10, own: true, scope: anyScope, handle: (*call).balances, params: []string{"account"}},
	{method: "GET", path: "/api/v1/portfolio", weight: 10, own: true, scope: anyScope, handle: (*call).portfolio, params: []string{"quote", "account"}},
	{method: "POST", path: "/api/v1/deposits", weight: 1, own: true, scope: exchange.ScopeOperator, handle: (*call).deposit},
	{method: "GET", path: "/api/v1/deposits", weight: 10, own: true, scope: anyScope, handle: (*call).deposits, params: []string{"account", "limit"}},
	{method: "POST", path: "/api/v1/withdrawals", weight: 1, own: true, scope: exchange.ScopeWithdraw, handle: (*call).requestWithdrawal},
	{method: "GET", path: "/api/v1/withdrawals", weight: 10, own: true, scope: anyScope, handle: (*call).withdrawals, params: []string{"account", "limit"}},
	{method: "GET", path: "/api/v1/withdrawals/{id}", weight: 5, own: true, scope: anyScope, handle: (*call).getWithdrawal},
	{method: "POST", path: "/api/v1/withdrawals/{id}/settle", weight: 1, own: true, scope: exchange.ScopeOperator, handle: (*call).settleWithdrawal},
	{method: "POST", path: "/api/v1/withdrawals/{id}/cancel", weight: 1, own: true, scope: anyScope, handle: (*call).cancelWithdrawal},
}
