package bundle

import "strings"

// cutter cuts lines into cells. The cells of a row hold until the next one.
type cutter struct {
	separator byte
	cells     []string
	open      strings.Builder // a quoted cell that goes on behind the line
}

// outcome is what became of a line that was cut.
type outcome uint8

const (
	complete   outcome = iota // the row ends with the line
	unfinished                // a quoted cell goes on in the next line
	broken                    // quotation marks stand where RFC 4180 has none
)

// begin cuts a line with which a row begins, as RFC 4180 says and no other way.
func (c *cutter) begin(line string) outcome {
	c.cells = c.cells[:0]
	if strings.IndexByte(line, '"') < 0 {
		c.plain(line)
		return complete
	}
	return c.rest(line)
}

// plain cuts a line without quotation marks.
func (c *cutter) plain(line string) {
	for {
		i := strings.IndexByte(line, c.separator)
		if i < 0 {
			c.cells = append(c.cells, line)
			return
		}
		c.cells = append(c.cells, line[:i])
		line = line[i+1:]
	}
}

// cut cuts at the next separator.
func (c *cutter) cut(line string) (cell, behind string, more bool) {
	if i := strings.IndexByte(line, c.separator); i >= 0 {
		return line[:i], line[i+1:], true
	}
	return line, "", false
}

// rest cuts what begins where a cell begins.
func (c *cutter) rest(line string) outcome {
	for {
		if strings.HasPrefix(line, `"`) {
			c.open.Reset()
			return c.quoted(line[1:])
		}
		cell, behind, more := c.cut(line)
		if strings.IndexByte(cell, '"') >= 0 {
			return broken
		}
		c.cells = append(c.cells, cell)
		if line = behind; !more {
			return complete
		}
	}
}

// resume cuts the line behind one that was unfinished.
func (c *cutter) resume(line string) outcome {
	c.open.WriteByte('\n')
	return c.quoted(line)
}

// quoted cuts what stands behind an opening quotation mark, and all cells behind.
func (c *cutter) quoted(line string) outcome {
	for {
		i := strings.IndexByte(line, '"')
		if i < 0 {
			c.open.WriteString(line)
			return unfinished
		}
		text, behind := line[:i], line[i+1:]
		switch {
		case strings.HasPrefix(behind, `"`):
			c.open.WriteString(line[:i+1])
			line = behind[1:]
			continue
		case behind != "" && behind[0] != c.separator:
			return broken
		case c.open.Len() > 0:
			c.open.WriteString(text)
			text = c.open.String()
		}
		c.cells = append(c.cells, text)
		if behind == "" {
			return complete
		}
		return c.rest(behind[1:])
	}
}
