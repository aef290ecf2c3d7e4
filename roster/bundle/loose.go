package bundle

import (
	"strings"

	"github.com/rostergate/rostergate/roster/cell"
)

// reading is a way to read quotation marks that stand where RFC 4180 has none.
type reading struct {
	slashes bool // a backslash before one makes it text
	bare    bool // a cell that begins with one ends with the next separator all the same
}

// piece is a cell that was cut off a line.
type piece struct {
	text   string
	behind string // the rest of the line
	more   bool   // a cell stands there
	flaws  []cell.Flaw
}

// loosely cuts a line on which quotation marks stand where RFC 4180 has none, in the
// first way that gives a row of a width that fits.
func (c *cutter) loosely(line string, fits func(cells int) bool) (notes []Note, ok bool) {
	readings := []reading{{}, {bare: true}}
	if strings.Contains(line, `\"`) {
		readings = append([]reading{{slashes: true}}, readings...)
	}
	for _, r := range readings {
		notes, ok := c.read(line, r)
		if ok && fits(len(c.cells)) {
			return notes, true
		}
	}
	return nil, false
}

// read cuts a line in one of the ways. It is false where a quoted cell has no end.
func (c *cutter) read(line string, r reading) (notes []Note, ok bool) {
	c.cells = c.cells[:0]
	for more := true; more; {
		p, ok := c.piece(line, r)
		if !ok {
			return nil, false
		}
		for _, flaw := range p.flaws {
			notes = append(notes, Note{At: len(c.cells), Flaw: flaw})
		}
		c.cells = append(c.cells, p.text)
		line, more = p.behind, p.more
	}
	return notes, true
}

// piece cuts the first cell off a line. One that is not sure to be quoted, for a blank
// stands before its quotation mark or others within it, is looked at by itself, so that
// no line is walked through once for each of its cells.
func (c *cutter) piece(line string, r reading) (piece, bool) {
	inner := strings.TrimLeft(line, c.blanks())
	led := len(inner) < len(line)
	switch {
	case !strings.HasPrefix(inner, `"`):
		return c.unquoted(line, r), true
	case !led && !r.bare:
		return c.between(inner[1:], r, false)
	}
	p, ok := c.between(inner[1:], r, true)
	if !ok && r.bare {
		alone, behind, more := c.cut(inner)
		if p, ok = c.between(alone[1:], r, false); ok {
			p.behind, p.more = behind, more
		}
	}
	if !ok {
		return c.unquoted(line, r), true
	}
	if led && !p.blanks() {
		p.flaws = append(p.flaws, outerBlanks)
	}
	return p, true
}

// blanks reports whether it is told already that blanks stand beside the cell.
func (p piece) blanks() bool { return len(p.flaws) > 0 && p.flaws[len(p.flaws)-1] == outerBlanks }

// blanks are what may stand beside a separator.
func (c *cutter) blanks() string {
	if c.separator == '\t' {
		return " "
	}
	return " \t"
}

// unquoted cuts a cell that ends with the next separator, whatever is in it.
func (c *cutter) unquoted(line string, r reading) piece {
	var p piece
	p.text, p.behind, p.more = c.cut(line)
	if r.slashes && strings.Contains(p.text, `\"`) {
		stray := strings.Contains(strings.ReplaceAll(p.text, `\"`, ""), `"`)
		p.text, p.flaws = strings.ReplaceAll(p.text, `\"`, `"`), said(stray, true, false)
		return p
	}
	p.flaws = said(strings.Contains(p.text, `"`), false, false)
	return p
}

// between cuts a cell whose opening quotation mark was read. The closing one is
// followed by a separator or the end of the line, or by blanks and that; others are
// text, or the end of it where the cell has to be clean.
func (c *cutter) between(line string, r reading, clean bool) (p piece, ok bool) {
	var text strings.Builder
	stray, slashed := false, false
	for {
		i := c.mark(line, r)
		if i < 0 {
			return piece{}, false
		}
		text.WriteString(line[:i])
		mark, next := line[i], line[i+1:]
		switch {
		case mark == '\\' || strings.HasPrefix(next, `"`):
			slashed = slashed || mark == '\\' && next[0] == '"'
			text.WriteByte(next[0])
			line = next[1:]
			continue
		case clean && !c.ends(next):
			return piece{}, false
		case !c.ends(next):
			stray = true
			text.WriteByte(mark)
			line = next
			continue
		}
		end := strings.TrimLeft(next, c.blanks())
		p = piece{text: text.String(), more: end != "", flaws: said(stray, slashed, len(end) < len(next))}
		if p.more {
			p.behind = end[1:]
		}
		return p, true
	}
}

// mark is where the next quotation mark stands, or the next backslash that makes the
// character behind it text.
func (c *cutter) mark(line string, r reading) int {
	for i := range len(line) {
		slash := line[i] == '\\' && r.slashes && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\')
		if line[i] == '"' || slash {
			return i
		}
	}
	return -1
}

// ends reports whether a cell can end before the text.
func (c *cutter) ends(text string) bool {
	end := strings.TrimLeft(text, c.blanks())
	return end == "" || end[0] == c.separator
}

// said lists flaws of a cell.
func said(stray, slashed, blanks bool) (flaws []cell.Flaw) {
	if stray {
		flaws = append(flaws, strayQuote)
	}
	if slashed {
		flaws = append(flaws, slashQuote)
	}
	if blanks {
		flaws = append(flaws, outerBlanks)
	}
	return flaws
}
