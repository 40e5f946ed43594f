// Trades on the exchange as users of ccxt do, and ends with an error at the first
// answer that ccxt does not take as it should.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import ccxt from 'ccxt'

const rest = process.env.EXCHANGE_URL
const ws = rest.replace('http', 'ws')

const agent = new Agent({ keepAlive: true })

function client (account, secret) {
  const exchange = new ccxt.pro.binance({
    apiKey: process.env[`${account}_API_KEY`],
    secret: secret ?? process.env[`${account}_API_SECRET`],
    agent, // ccxt's own is for https alone
    httpAgent: agent, // for ws
    urls: { api: { public: `${rest}/api/v3`, private: `${rest}/api/v3` } },
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] }, // there is nothing but spot
      fetchCurrencies: false,
      fetchMargins: false
    }
  })
  exchange.urls.api.ws.spot = `${ws}/ws`
  exchange.urls.api.ws['ws-api'].spot = `${ws}/ws-api/v3`
  return exchange
}

const alice = client('ALICE')
const bob = client('BOB')
const symbol = 'BTC/USDT'

async function step (name, act) {
  try {
    await act()
  } catch (fault) {
    fault.message = `${name}: ${fault.message}`
    throw fault
  }
  console.log(`ok: ${name}`)
}

await step('markets are loaded', async () => {
  await alice.loadMarkets()
  await bob.loadMarkets()
  assert.deepEqual(alice.symbols, ['BTC/USDT', 'ETH/BTC', 'ETH/USDT'])
  const market = alice.market(symbol)
  assert.equal(market.precision.price, 0.01)
  assert.equal(market.precision.amount, 0.00001)
  assert.equal(market.limits.cost.min, 5)
})

await step('the market is read', async () => {
  assert.ok(Math.abs(await alice.fetchTime() - Date.now()) < 5000)
  const book = await alice.fetchOrderBook(symbol, 5)
  assert.deepEqual([book.bids[0], book.asks[0]], [[59975, 0.05], [60025, 0.05]])
  assert.equal((await alice.fetchTicker(symbol)).bid, 59975)
})

await step('a limit order is placed, found and cancelled', async () => {
  const placed = await alice.createOrder(symbol, 'limit', 'buy', 0.01, 50000)
  assert.equal(placed.status, 'open')
  assert.equal((await alice.fetchOrder(placed.id, symbol)).price, 50000)
  assert.deepEqual((await alice.fetchOpenOrders(symbol)).map(o => o.id), [placed.id])
  assert.equal((await alice.fetchBalance()).USDT.used, 500)
  await alice.cancelOrder(placed.id, symbol)
  assert.equal((await alice.fetchOrder(placed.id, symbol)).status, 'canceled')
  await alice.createOrder(symbol, 'limit', 'buy', 0.01, 50000, { postOnly: true })
  await alice.cancelAllOrders(symbol)
  assert.deepEqual(await alice.fetchOpenOrders(symbol), [])
  assert.equal((await alice.fetchOrders(symbol)).length, 2)
})

await step('market orders are filled', async () => {
  const bought = await alice.createOrder(symbol, 'market', 'buy', 0.02)
  assert.deepEqual([bought.status, bought.filled, bought.cost, bought.trades.length], ['closed', 0.02, 1200.5, 1])
  const spent = await alice.createMarketBuyOrderWithCost(symbol, 600.25)
  assert.deepEqual([spent.filled, spent.cost], [0.01, 600.25])
  const trades = await alice.fetchMyTrades(symbol)
  assert.deepEqual(trades.map(t => [t.amount, t.side, t.takerOrMaker, t.fee.currency]), [[0.02, 'buy', 'taker', 'BTC'], [0.01, 'buy', 'taker', 'BTC']])
  // Its fetchTrades asks for aggregate trades, which the exchange does not have.
  assert.equal((await alice.publicGetTrades({ symbol: 'BTCUSDT' })).length, 2)
  assert.equal((await alice.fetchOHLCV(symbol, '1d')).at(-1)[5], 0.03)
})

await step('errors are told apart', async () => {
  await assert.rejects(alice.createOrder(symbol, 'limit', 'buy', 1000, 50000), ccxt.InsufficientFunds)
  await assert.rejects(alice.createOrder(symbol, 'limit', 'buy', 0.01, 70000, { postOnly: true }), ccxt.OrderImmediatelyFillable)
  await assert.rejects(alice.fetchOrder('999999', symbol), ccxt.OrderNotFound)
  await assert.rejects(alice.cancelOrder('999999', symbol), ccxt.OrderNotFound)
  await assert.rejects(client('ALICE', 'guessed').fetchBalance(), ccxt.AuthenticationError)
})

await step('the book is watched', async () => {
  let book = await alice.watchOrderBook(symbol)
  await bob.createOrder(symbol, 'limit', 'buy', 0.03, 60000)
  while (book.bids[0][0] !== 60000) book = await alice.watchOrderBook(symbol)
  assert.deepEqual(Array.from(book.bids.slice(0, 2), level => [...level]), [[60000, 0.03], [59975, 0.05]])
})

await step('trades and own orders are watched', async () => {
  const trades = alice.watchTrades(symbol)
  // ccxt subscribes when it is first asked. Until it has, orders go unseen; so one is
  // placed again and again.
  const seen = alice.watchOrders(symbol)
  let order
  for (let tries = 0; order === undefined && tries < 100; tries++) {
    await alice.createOrder(symbol, 'limit', 'sell', 0.0001, 60000)
    order = await Promise.race([seen, new Promise(resolve => setTimeout(resolve, 100))])
  }
  assert.equal(order?.[0].symbol, symbol)
  assert.equal((await trades)[0].price, 60000)
})

await alice.close()
await bob.close()
