package local

import (
	"strings"
)

// FirstOrder is a shell script that places an order as a client would: it signs
// the query with the demo's key and sends it.
func FirstOrder(t Tree) string {
	return `. ` + quote(t.DemoEnv()) + `
query="symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000&timestamp=$(date +%s)000"
signature=$(printf %s "$query" | openssl dgst -sha256 -hmac "$ALICE_API_SECRET" -r | cut -d ' ' -f 1)
curl -sS -X POST -H "X-MBX-APIKEY: $ALICE_API_KEY" "$EXCHANGE_URL/api/v3/order" -d "$query&signature=$signature"
`
}

// quote makes one word of a text for the shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func welcome(c Config) string {
	rows := [][2]string{
		{"Page", c.ExchangeURL() + "/"},
		{"", "sign in as alice, bob or maker; the passwords are in " + c.Tree.DemoEnv()},
		{"API", c.ExchangeURL() + "/api/v3 (the shape of Binance Spot) and /api/v1 (our own)"},
		{"", c.ExchangeURL() + "/openapi.json"},
		{"Metrics", c.MetricsURL() + "/metrics"},
		{"Log", c.Tree.log()},
	}
	var b strings.Builder
	b.WriteString("\nThe exchange runs. Ctrl-C stops it; its data stays until make clean.\n\n")
	for _, row := range rows {
		b.WriteString("  " + row[0] + strings.Repeat(" ", 10-len(row[0])) + row[1] + "\n")
	}
	b.WriteString("\nA first order, to paste into another terminal:\n\n" + FirstOrder(c.Tree) + "\n")
	return b.String()
}
