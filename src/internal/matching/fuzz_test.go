package matching_test

import "testing"

// FuzzBook runs any bytes, as a sequence of commands, through the book and the
// naive book. Its seeds run with the other tests.
func FuzzBook(f *testing.F) {
	f.Add([]byte{})
	for seed := range uint64(50) {
		f.Add(sequence(sequences + seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := agree(data, tally{}); err != nil {
			t.Fatalf("%v\n%s", err, listing(data))
		}
	})
}
