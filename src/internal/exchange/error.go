package exchange

import "errors"

// Code says what went wrong in a way that a program can decide on. Only the edges
// turn codes into HTTP statuses and numbers.
type Code string

// The codes. All but CodeUnknownOutcome and CodeInternal mean that nothing was changed.
const (
	CodeInvalidParameter    Code = "invalid_parameter"
	CodeMissingParameter    Code = "missing_parameter"
	CodePrecision           Code = "precision"
	CodeInvalidSymbol       Code = "invalid_symbol"
	CodeInvalidAsset        Code = "invalid_asset"
	CodePriceFilter         Code = "price_filter"
	CodeLotSize             Code = "lot_size"
	CodeNotional            Code = "notional"
	CodeOverflow            Code = "overflow"
	CodeInsufficientBalance Code = "insufficient_balance"
	CodeDuplicateOrder      Code = "duplicate_order"
	CodeWouldMatch          Code = "would_match"
	CodeTooManyOrders       Code = "too_many_orders"
	CodeUnknownOrder        Code = "unknown_order"   // nothing to cancel
	CodeOrderNotFound       Code = "order_not_found" // nothing to show
	CodeNotFound            Code = "not_found"
	CodeConflict            Code = "conflict"
	CodeUnauthorized        Code = "unauthorized"
	CodeBadSignature        Code = "bad_signature"
	CodeStaleTimestamp      Code = "stale_timestamp"
	CodeForbidden           Code = "forbidden"
	CodeRateLimited         Code = "rate_limited"
	CodeBanned              Code = "banned"
	CodeTooLarge            Code = "too_large"
	CodeUnsupportedMedia    Code = "unsupported_media"
	CodeIdempotencyMismatch Code = "idempotency_mismatch"
	CodeIdempotencyInFlight Code = "idempotency_in_flight"
	CodeUnavailable         Code = "unavailable"     // certainly not executed; safe to send again
	CodeUnknownOutcome      Code = "unknown_outcome" // may or may not have been executed: ask before sending again
	CodeInternal            Code = "internal"
)

// Error is an error that a client may see. Message is written for the client and
// holds no secret; Field names the parameter at fault, if one is.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field,omitempty"`
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// newError makes an error that names no field.
func newError(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Errors that several packages return as they are.
var (
	ErrInsufficientBalance = newError(CodeInsufficientBalance, "Account has insufficient balance for requested action.")
	ErrDuplicateOrder      = newError(CodeDuplicateOrder, "Duplicate order sent.")
	ErrWouldMatch          = newError(CodeWouldMatch, "Order would immediately match and take.")
	ErrUnknownOrder        = newError(CodeUnknownOrder, "Unknown order sent.")
	ErrOrderNotFound       = newError(CodeOrderNotFound, "Order does not exist.")
	ErrInvalidSymbol       = newError(CodeInvalidSymbol, "Invalid symbol.")
	ErrUnavailable         = newError(CodeUnavailable, "Service unavailable. The request was not executed; send it again.")
	ErrUnknownOutcome      = newError(CodeUnknownOutcome, "Timeout waiting for the exchange's answer. Send status unknown; execution status unknown.")
	ErrIdempotencyMismatch = newError(CodeIdempotencyMismatch, "This Idempotency-Key was used with another request.")
	ErrIdempotencyInFlight = newError(CodeIdempotencyInFlight, "A request with this Idempotency-Key is being executed.")
	ErrOverflow            = newError(CodeOverflow, "The amount is out of range.")
)

// CodeOf returns the code of the first *Error in err's chain, CodeInternal for
// any other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
