package bench

import "time"

// cpu is processor time by who used it.
type cpu struct{ exchange, postgres, load time.Duration }

func (c cpu) since(o cpu) cpu {
	return cpu{c.exchange - o.exchange, c.postgres - o.postgres, c.load - o.load}
}
