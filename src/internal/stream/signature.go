package stream

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bitpin/exchange/src/internal/exchange"
)

const (
	defaultRecvWindow = 5000  // milliseconds
	maxRecvWindow     = 60000 // milliseconds
	maxAhead          = 1000  // milliseconds that a client's clock may be fast
)

var (
	errUnauthorized = &apiError{401, -2015, "Invalid API-key, IP, or permissions for action."}
	errSignature    = &apiError{400, -1022, "Signature for this request is not valid."}
	errRecvWindow   = &apiError{400, -1131, "recvWindow must be from 0 to 60000."}
	errStale        = &apiError{400, -1021, "Timestamp for this request is outside of the recvWindow."}
	errAhead        = &apiError{400, -1021, "Timestamp for this request was 1000ms ahead of the server's time."}
	errInternal     = &apiError{500, -1001, "Internal error; unable to process your request. Please try again."}
)

func missing(name string) *apiError {
	return &apiError{400, -1102, "Mandatory parameter '" + name + "' was not sent, was empty/null, or malformed."}
}

// authenticate checks the apiKey, timestamp and signature of a request and returns
// the key, which may read its account.
func (h *Hub) authenticate(ctx context.Context, params map[string]json.RawMessage) (exchange.APIKey, *apiError) {
	none := exchange.APIKey{}
	values, problem := scalars(params)
	if problem != nil {
		return none, problem
	}
	for _, name := range []string{"apiKey", "timestamp", "signature"} {
		if values[name] == "" {
			return none, missing(name)
		}
	}
	timestamp, problem := optionalInteger(params, "timestamp", 0)
	if problem != nil {
		return none, problem
	}
	window, problem := optionalInteger(params, "recvWindow", defaultRecvWindow)
	if problem != nil {
		return none, problem
	}
	key, err := h.options.Accounts.APIKey(ctx, values["apiKey"])
	switch {
	case exchange.CodeOf(err) == exchange.CodeUnauthorized:
		return none, errUnauthorized
	case err != nil:
		h.options.Log.Warn("looking up an API key", "error", err)
		return none, errInternal
	case !signed(values, key.Secret):
		return none, errSignature
	case !key.Scopes.Has(exchange.ScopeRead):
		return none, errUnauthorized
	}
	return key, checkTime(timestamp, window, int64(h.now()))
}

func checkTime(timestamp, window, now int64) *apiError {
	switch {
	case window < 0 || window > maxRecvWindow:
		return errRecvWindow
	case timestamp > now+maxAhead:
		return errAhead
	case timestamp < now-window:
		return errStale
	}
	return nil
}

// signed reports whether the signature is the HMAC-SHA256, in hex, of the other
// parameters sorted by name and joined as a query. Values are taken as they are or
// percent-encoded: Binance has had it both ways.
func signed(values map[string]string, secret string) bool {
	given, err := hex.DecodeString(values["signature"])
	if err != nil {
		return false
	}
	names := make([]string, 0, len(values))
	for name := range values {
		if name != "signature" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	plain, encoded := make([]string, len(names)), make([]string, len(names))
	for i, name := range names {
		plain[i] = name + "=" + values[name]
		encoded[i] = url.QueryEscape(name) + "=" + url.QueryEscape(values[name])
	}
	isPlain := hmac.Equal(given, sign(secret, strings.Join(plain, "&")))
	isEncoded := hmac.Equal(given, sign(secret, strings.Join(encoded, "&")))
	return isPlain || isEncoded
}

func sign(secret, payload string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(payload))
	return mac.Sum(nil)
}

// scalars returns the parameters as the text that was signed: strings without their
// quotes, numbers and booleans as they were written.
func scalars(params map[string]json.RawMessage) (map[string]string, *apiError) {
	values := make(map[string]string, len(params))
	for name, raw := range params {
		var text string
		switch {
		case json.Unmarshal(raw, &text) == nil && raw[0] == '"':
			values[name] = text
		case raw[0] == '{' || raw[0] == '[' || string(raw) == "null":
			return nil, missing(name)
		default:
			values[name] = string(raw)
		}
	}
	return values, nil
}

// optionalInteger reads an integer that may be written as a string.
func optionalInteger(params map[string]json.RawMessage, name string, otherwise int64) (int64, *apiError) {
	raw, has := params[name]
	if !has {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil {
		return 0, missing(name)
	}
	return n, nil
}
