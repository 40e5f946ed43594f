package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// answer is how a code looks to clients: an HTTP status, and Binance's number.
type answer struct {
	status int
	number int
}

// answers has every code. Statuses are 401 under /api/v3 for what is 403 under
// /api/v1 (see statusV1), because that is what clients of Binance know.
var answers = map[exchange.Code]answer{
	exchange.CodeInvalidParameter:    {http.StatusBadRequest, -1130},
	exchange.CodeMissingParameter:    {http.StatusBadRequest, -1102},
	exchange.CodePrecision:           {http.StatusBadRequest, -1111},
	exchange.CodeInvalidSymbol:       {http.StatusBadRequest, -1121},
	exchange.CodeInvalidAsset:        {http.StatusBadRequest, -1130},
	exchange.CodePriceFilter:         {http.StatusBadRequest, -1013},
	exchange.CodeLotSize:             {http.StatusBadRequest, -1013},
	exchange.CodeNotional:            {http.StatusBadRequest, -1013},
	exchange.CodeOverflow:            {http.StatusBadRequest, -1013},
	exchange.CodeInsufficientBalance: {http.StatusBadRequest, -2010},
	exchange.CodeDuplicateOrder:      {http.StatusBadRequest, -2010},
	exchange.CodeWouldMatch:          {http.StatusBadRequest, -2010},
	exchange.CodeTooManyOrders:       {http.StatusBadRequest, -2010},
	exchange.CodeUnknownOrder:        {http.StatusBadRequest, -2011},
	exchange.CodeOrderNotFound:       {http.StatusBadRequest, -2013},
	exchange.CodeNotFound:            {http.StatusNotFound, -1020},
	exchange.CodeConflict:            {http.StatusConflict, -1130},
	exchange.CodeUnauthorized:        {http.StatusUnauthorized, -2015},
	exchange.CodeBadSignature:        {http.StatusBadRequest, -1022},
	exchange.CodeStaleTimestamp:      {http.StatusBadRequest, -1021},
	exchange.CodeForbidden:           {http.StatusUnauthorized, -2015},
	exchange.CodeRateLimited:         {http.StatusTooManyRequests, -1003},
	exchange.CodeBanned:              {http.StatusTeapot, -1003},
	exchange.CodeTooLarge:            {http.StatusRequestEntityTooLarge, -1101},
	exchange.CodeUnsupportedMedia:    {http.StatusUnsupportedMediaType, -1020},
	exchange.CodeIdempotencyMismatch: {http.StatusUnprocessableEntity, -1130},
	exchange.CodeIdempotencyInFlight: {http.StatusConflict, -1130},
	exchange.CodeUnavailable:         {http.StatusServiceUnavailable, -1001},
	exchange.CodeUnknownOutcome:      {http.StatusGatewayTimeout, -1007},
	exchange.CodeInternal:            {http.StatusInternalServerError, -1000},
}

// statusV1 lists the statuses that our own API has to itself.
var statusV1 = map[exchange.Code]int{
	exchange.CodeBadSignature:        http.StatusUnauthorized,
	exchange.CodeStaleTimestamp:      http.StatusUnauthorized,
	exchange.CodeForbidden:           http.StatusForbidden,
	exchange.CodeInsufficientBalance: http.StatusUnprocessableEntity,
	exchange.CodeOverflow:            http.StatusUnprocessableEntity,
}

// numbered is an error for which Binance has a number of its own, beyond its code's.
type numbered struct {
	cause  exchange.Error
	number int
}

func (e *numbered) Error() string { return e.cause.Message }
func (e *numbered) Unwrap() error { return &e.cause }

var (
	errUnauthorized = &exchange.Error{Code: exchange.CodeUnauthorized, Message: "Invalid API-key, IP, or permissions for action."}
	errForbidden    = &exchange.Error{Code: exchange.CodeForbidden, Message: "Invalid API-key, IP, or permissions for action."}
	errSignature    = &exchange.Error{Code: exchange.CodeBadSignature, Field: "signature", Message: "Signature for this request is not valid."}
	errStale        = &exchange.Error{Code: exchange.CodeStaleTimestamp, Field: "timestamp", Message: "Timestamp for this request is outside of the recvWindow."}
	errAhead        = &exchange.Error{Code: exchange.CodeStaleTimestamp, Field: "timestamp", Message: "Timestamp for this request was 1000ms ahead of the server's time."}
	errInternal     = &exchange.Error{Code: exchange.CodeInternal, Message: "An unknown error occurred while processing the request."}
	errMethod       = &exchange.Error{Code: exchange.CodeNotFound, Message: "This operation is not supported by this method. The header Allow lists those that are."}
	errNoRoute      = &exchange.Error{Code: exchange.CodeNotFound, Message: "This operation is not supported. /openapi.json lists those that are."}

	errRecvWindow = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "recvWindow", Message: "recvWindow must be from 1 to 60000."}, -1131}
	errDuplicated = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Message: "Duplicate values for a parameter detected."}, -1101}
	errTooMany    = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Message: "Too many parameters sent for this endpoint."}, -1101}
	errTIF        = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "timeInForce", Message: "Invalid timeInForce."}, -1115}
	errOrderType  = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "type", Message: "Invalid orderType."}, -1116}
	errSide       = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "side", Message: "Invalid side."}, -1117}
	errInterval   = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "interval", Message: "Invalid interval."}, -1120}
	errSymbolAnd  = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "symbols", Message: "Send either 'symbol' or 'symbols'."}, -1128}
	errSymbolsDup = &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: "symbols", Message: "Symbol is present multiple times in the list."}, -1151}
	errNoOrderRef = &numbered{exchange.Error{Code: exchange.CodeMissingParameter, Field: "orderId", Message: "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"}, -1102}
	errNoQuantity = &numbered{exchange.Error{Code: exchange.CodeMissingParameter, Field: "quantity", Message: "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"}, -1102}
)

// errMissing says that a parameter is absent, empty or not of its form.
func errMissing(name string) error {
	return &exchange.Error{Code: exchange.CodeMissingParameter, Field: name, Message: "Mandatory parameter '" + name + "' was not sent, was empty/null, or malformed."}
}

// errMalformed says that a parameter that may be left out is not of its form.
func errMalformed(name, hint string) error {
	return &exchange.Error{Code: exchange.CodeMissingParameter, Field: name, Message: "Parameter '" + name + "' was empty or malformed: " + hint + "."}
}

// errInvalid says that a parameter has its form and yet no valid value.
func errInvalid(name, hint string) error {
	return &exchange.Error{Code: exchange.CodeInvalidParameter, Field: name, Message: "Data sent for parameter '" + name + "' is not valid: " + hint + "."}
}

// errNotRequired says that a parameter does not go with the others.
func errNotRequired(name string) error {
	return &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: name, Message: "Parameter '" + name + "' sent when not required."}, -1106}
}

// errUnread says that a parameter is not one of the endpoint's.
func errUnread(name string, known, sent int) error {
	message := fmt.Sprintf("Not all sent parameters were read; read '%d' parameter(s) but was sent '%d'.", known, sent)
	if isName(name) {
		message += " Unknown parameter '" + name + "'."
	}
	return &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Message: message}, -1104}
}

// errNotOffered says that Binance has this and we do not.
func errNotOffered(name, what string) error {
	return &numbered{exchange.Error{Code: exchange.CodeInvalidParameter, Field: name,
		Message: what + " orders are not supported for this symbol. Types are LIMIT, MARKET and LIMIT_MAKER."}, -1013}
}

// errQuantity says that an amount is not positive or far too large. Field tells
// which.
func errQuantity(code exchange.Code, name, what string) error {
	return &exchange.Error{Code: code, Field: name, Message: "Invalid " + what + "."}
}

func errPrecision(name string) error {
	return &exchange.Error{Code: exchange.CodePrecision, Field: name, Message: "Parameter '" + name + "' has too much precision."}
}

func errTooLarge(what string, limit int64) error {
	return &exchange.Error{Code: exchange.CodeTooLarge, Message: fmt.Sprintf("The %s is longer than %d bytes.", what, limit)}
}

func errMedia(want string) error {
	return &exchange.Error{Code: exchange.CodeUnsupportedMedia, Field: "Content-Type", Message: "Send the body as " + want + "."}
}

func errWeight(limit int) error {
	return &exchange.Error{Code: exchange.CodeRateLimited, Message: fmt.Sprintf("Too much request weight used; current limit is %d request weight per 1 MINUTE. "+
		"Please use WebSocket Streams for live updates to avoid polling the API.", limit)}
}

func errBanned(until exchange.Millis) error {
	return &exchange.Error{Code: exchange.CodeBanned, Message: fmt.Sprintf("Way too much request weight used; IP banned until %d. "+
		"Please use WebSocket Streams for live updates to avoid bans.", until)}
}

func errOrderRate(limit int) error {
	return &numbered{exchange.Error{Code: exchange.CodeRateLimited,
		Message: fmt.Sprintf("Too many new orders; current limit is %d orders per 10 SECOND.", limit)}, -1015}
}

// isName reports whether text can be shown as a parameter's name.
func isName(text string) bool {
	return text != "" && len(text) <= 40 && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789_-.") == ""
}

// clientError returns what a client may see of an error, and its Binance number.
// Whatever has no code is internal: logged, and not shown.
func (c *call) clientError(err error) (*exchange.Error, answer) {
	var coded *exchange.Error
	if !errors.As(err, &coded) || answers[coded.Code] == (answer{}) {
		coded = errInternal
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			coded = exchange.ErrUnavailable // only reads have a deadline here
		}
	}
	a := answers[coded.Code]
	if a.status >= http.StatusInternalServerError && c.r.Context().Err() == nil {
		c.api.log.Error("request failed", "method", c.r.Method, "path", c.r.URL.Path, "account", int64(c.key.Account), "error", err)
	}
	var n *numbered
	if errors.As(err, &n) {
		a.number = n.number
	}
	if coded == errMethod {
		a.status = http.StatusMethodNotAllowed
	}
	return coded, a
}

// refuse answers with an error.
func (c *call) refuse(err error) {
	coded, a := c.clientError(err)
	c.out.reset()
	if c.endpoint.own {
		if status, has := statusV1[coded.Code]; has {
			a.status = status
		}
		c.writeProblem(coded, a.status)
		return
	}
	c.out.open('{')
	c.out.number("code", int64(a.number))
	c.out.text("msg", coded.Message)
	c.out.close('}')
	c.write(a.status, jsonType)
}

// writeProblem answers as RFC 9457 has it, with our code and the field at fault.
func (c *call) writeProblem(e *exchange.Error, status int) {
	c.out.open('{')
	c.out.text("type", "about:blank")
	c.out.text("title", http.StatusText(status))
	c.out.number("status", int64(status))
	c.out.text("detail", e.Message)
	c.out.text("code", string(e.Code))
	if e.Field != "" {
		c.out.text("field", e.Field)
	}
	c.out.close('}')
	c.write(status, problemType)
}

// retryAfter tells a client how long to wait, in whole seconds.
func (c *call) retryAfter(wait exchange.Millis) {
	c.w.Header().Set("Retry-After", strconv.FormatInt(max(1, (int64(wait)+999)/1000), 10))
}
