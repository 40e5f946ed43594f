package postgres

import (
	"fmt"
	"strings"
)

// columns holds rows column by column: one array a column is what a set-based
// statement takes. Columns of text are kept apart, beside it.
type columns [][]int64

func newColumns(width, rows int) columns {
	c := make(columns, width)
	for i := range c {
		c[i] = make([]int64, 0, rows)
	}
	return c
}

// add appends a row: one value for each column.
func (c columns) add(values ...int64) {
	for i, v := range values {
		c[i] = append(c[i], v)
	}
}

// with returns the columns as a statement's arguments, before the others.
func (c columns) with(others ...any) []any {
	args := make([]any, 0, len(c)+len(others))
	for _, column := range c {
		args = append(args, column)
	}
	return append(args, others...)
}

// unnest returns the call that turns the arrays back into rows: first the integer
// columns, then others of the types named.
func unnest(integers int, others ...string) string {
	args := make([]string, 0, integers+len(others))
	for range integers {
		args = append(args, fmt.Sprintf("$%d::bigint[]", len(args)+1))
	}
	for _, name := range others {
		args = append(args, fmt.Sprintf("$%d::%s[]", len(args)+1, name))
	}
	return "unnest(" + strings.Join(args, ", ") + ")"
}
