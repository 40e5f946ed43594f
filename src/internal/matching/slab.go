package matching

// none is the position of nothing.
const none int32 = -1

// slab holds values at positions that stay valid until they are given back. A
// pointer to a value is valid only until the next call of take.
type slab[T any] struct {
	items []T
	free  []int32
}

func (s *slab[T]) at(position int32) *T { return &s.items[position] }

// take returns the position of a value whose content is arbitrary.
func (s *slab[T]) take() int32 {
	if last := len(s.free) - 1; last >= 0 {
		position := s.free[last]
		s.free = s.free[:last]
		return position
	}
	var zero T
	s.items = append(s.items, zero)
	return int32(len(s.items) - 1) //nolint:gosec // 2^31 orders do not fit the memory of any machine we run on
}

func (s *slab[T]) put(position int32) { s.free = append(s.free, position) }
