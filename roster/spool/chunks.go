package spool

import "io"

// Chunks reads as one what next gives, one piece after the other and none at the end.
func Chunks(next func() ([]byte, error)) io.Reader { return &chunks{next: next} }

// chunks reads chunks as one.
type chunks struct {
	next func() ([]byte, error)
	data []byte
}

// Read reads on in the chunk at hand, or in the next.
func (c *chunks) Read(into []byte) (int, error) {
	if len(c.data) == 0 {
		var err error
		if c.data, err = c.next(); err != nil {
			return 0, err
		}
		if len(c.data) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(into, c.data)
	c.data = c.data[n:]
	return n, nil
}
