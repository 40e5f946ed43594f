package source

import (
	"errors"
	"fmt"

	"github.com/bitpin/exchange/src/internal/gitops/tree"
)

// Position is a place in the tree. A Line of 0 is the whole file.
type Position struct {
	File string
	Line int
}

func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Error is what is wrong at a place of the tree. It is matched with errors.As.
type Error struct {
	Position
	// Field is the path of the field in its object, "" for the whole.
	Field   string
	Message string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %s", e.Position, e.Message)
	}
	return fmt.Sprintf("%s: %s: %s", e.Position, e.Field, e.Message)
}

// Errorf returns an Error at a place.
func Errorf(at Position, format string, args ...any) *Error {
	return &Error{Position: at, Message: fmt.Sprintf(format, args...)}
}

// Errors takes apart what errors.Join put together. An error without a place is given
// the place at.
func Errors(at Position, err error) []*Error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, one := range joined.Unwrap() {
			all = append(all, Errors(at, one)...)
		}
		return all
	}
	var placed *Error
	if errors.As(err, &placed) {
		return []*Error{placed}
	}
	var escape *tree.EscapeError
	if errors.As(err, &escape) {
		at = Position{File: escape.Path}
	}
	return []*Error{{Position: at, Message: err.Error()}}
}
