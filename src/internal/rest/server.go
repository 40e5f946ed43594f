package rest

func (c *call) ping() error {
	c.out.open('{')
	c.out.close('}')
	return c.answer()
}

func (c *call) time() error {
	c.out.open('{')
	c.out.number("serverTime", int64(c.now))
	c.out.close('}')
	return c.answer()
}
