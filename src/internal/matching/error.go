package matching

import "errors"

// Errors of the book; each means that nothing was changed. Besides these, an
// amount out of range is exchange.ErrOverflow.
var (
	ErrWouldMatch = errors.New("matching: a maker order would match at once")
	ErrBudget     = errors.New("matching: the order needs more than its budget")
	ErrOrderID    = errors.New("matching: the order's id is not above the ids before it")
	ErrMalformed  = errors.New("matching: the order's fields do not go together or are off the market's steps")
	ErrCrossed    = errors.New("matching: the order would cross the book")
)
