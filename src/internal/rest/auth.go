package rest

import (
	"encoding/hex"

	"github.com/bitpin/exchange/src/internal/credential"
	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	defaultRecvWindow = 5_000  // milliseconds that a request may take to arrive
	maxRecvWindow     = 60_000 // milliseconds
	maxAhead          = 1_000  // milliseconds that a client's clock may be fast
	maxAPIKey         = 128    // characters
	macBytes          = 32
)

const headerAPIKey = "X-Mbx-Apikey" //nolint:gosec // a name, as net/http spells X-MBX-APIKEY

// authenticate finds out whose request this is, and that it is fresh and was signed
// by the key's owner.
func (c *call) authenticate() error {
	header := c.r.Header[headerAPIKey]
	if len(header) != 1 || header[0] == "" || len(header[0]) > maxAPIKey {
		return errUnauthorized
	}
	timestamp, window, err := c.signedTime()
	if err != nil {
		return err
	}
	given, err := c.givenSignature()
	if err != nil {
		return err
	}
	key, err := c.api.Accounts.APIKey(c.ctx, header[0])
	if exchange.CodeOf(err) == exchange.CodeUnauthorized {
		return errUnauthorized
	}
	if err != nil {
		return err
	}
	c.scratch = c.params.appendPayload(c.scratch[:0])
	if !credential.Verify([]byte(key.Secret), c.scratch, given[:]) {
		return errSignature
	}
	c.key = key
	return checkTime(timestamp, window, int64(c.now))
}

// signedTime reads timestamp and recvWindow, in milliseconds.
func (c *call) signedTime() (timestamp, window int64, err error) {
	text, _ := c.params.value(paramTimestamp)
	timestamp, ok := parseDigits(text)
	if !ok {
		return 0, 0, errMissing(paramTimestamp)
	}
	text, sent := c.params.value(paramRecvWindow)
	if !sent {
		return timestamp, defaultRecvWindow, nil
	}
	window, ok = parseDigits(text)
	switch {
	case !ok:
		return 0, 0, errMalformed(paramRecvWindow, "it must be a whole number of milliseconds")
	case window < 1 || window > maxRecvWindow:
		return 0, 0, errRecvWindow
	}
	return timestamp, window, nil
}

func (c *call) givenSignature() (mac [macBytes]byte, err error) {
	text, _ := c.params.value(paramSignature)
	if text == "" {
		return mac, errMissing(paramSignature)
	}
	if len(text) != hex.EncodedLen(macBytes) {
		return mac, errSignature
	}
	if _, err := hex.Decode(mac[:], []byte(text)); err != nil {
		return mac, errSignature
	}
	return mac, nil
}

func checkTime(timestamp, window, now int64) error {
	switch {
	case timestamp >= now+maxAhead:
		return errAhead
	case now-timestamp > window:
		return errStale
	}
	return nil
}

// parseDigits reads up to 18 decimal digits.
func parseDigits(text string) (n int64, ok bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' || i == 18 {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, text != ""
}

// allow refuses a key that lacks a scope.
func (c *call) allow(scope exchange.Scope) error {
	if !c.key.Scopes.Has(scope) {
		return errForbidden
	}
	return nil
}
