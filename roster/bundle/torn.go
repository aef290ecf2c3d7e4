package bundle

import (
	"errors"
	"io"
	"strings"
)

// slashed cuts a line that ends within a quoted cell, unless it is the whole row where
// a backslash before a quotation mark makes that text.
func (s *Sheet) slashed(text string) (notes []Note, ok bool) {
	if !strings.Contains(text, `\"`) {
		return nil, false
	}
	cut := cutter{separator: s.separator}
	if notes, ok = cut.read(text, reading{slashes: true}); !ok || !s.fits(len(cut.cells)) {
		return nil, false
	}
	s.cells = cut.cells
	return notes, true
}

// fits reports whether a row may have so many cells: as many as the header has, or as
// the row before.
func (s *Sheet) fits(cells int) bool { return s.width == 0 || cells == s.width || cells == s.usual }

// goOn reads a row on that ends within a quoted cell, until that is closed. If a whole
// row comes first, the quotation mark was a slip.
func (s *Sheet) goOn(l line) (Row, error) {
	separators := s.count(l)
	for n := 0; ; n++ {
		following, err := s.lines.peek(n)
		switch {
		case errors.Is(err, io.EOF) && n == 0 && s.width > 0:
			return s.uncut(l), nil
		case errors.Is(err, io.EOF):
			return Row{}, errQuotes
		case err != nil:
			return s.stop(err)
		case s.isRow(following.text):
			return s.tear(l, n)
		}
		separators += s.count(following)
		switch s.resume(following.text) {
		case complete:
			return s.joined(l, n+1, separators), nil
		case broken:
			return s.tear(l, n)
		}
	}
}

// joined is the row of several lines. Where it is not of the header's width, or has the
// separators of two rows, a quotation mark has joined what are rows of their own.
func (s *Sheet) joined(l line, following, separators int) Row {
	if s.width > 0 && (!s.fits(len(s.cells)) || separators >= 2*(s.width-1)) {
		s.torn = following
		return s.uncut(l)
	}
	s.lines.skip(following)
	return s.judged(l, nil)
}

// count is how many separators a line has.
func (s *Sheet) count(l line) int { return strings.Count(l.text, string(rune(s.separator))) }

// isRow reports whether a line is sure to be a row.
func (s *Sheet) isRow(text string) bool {
	alone := cutter{separator: s.separator}
	return s.width > 1 && alone.begin(text) == complete && s.fits(len(alone.cells)) && !blank(alone.cells)
}

// tear gives up a row, and the lines up to the next one that is sure to be a row. From
// is how many lines behind it are known not to be one. Where there is none the rest of
// the file cannot be trusted.
func (s *Sheet) tear(l line, from int) (Row, error) {
	for n := from; ; n++ {
		following, err := s.lines.peek(n)
		switch {
		case errors.Is(err, io.EOF) && n > 0 || err != nil && s.width == 0:
			return Row{}, errQuotes
		case err != nil && !errors.Is(err, io.EOF):
			return s.stop(err)
		case err != nil || s.isRow(following.text):
			s.torn = n
			return s.uncut(l), nil
		}
	}
}

// stop is the end of a file that cannot be read on.
func (s *Sheet) stop(err error) (Row, error) {
	if errors.Is(err, errUTF8) {
		s.Line = s.lines.read
	}
	return Row{}, damage(err)
}

// uncut is the row of a line that cannot be cut: its cells are where separators are.
func (s *Sheet) uncut(l line) Row {
	s.cells = s.cells[:0]
	s.plain(strings.ReplaceAll(l.text, `"`, ""))
	return Row{Line: l.number, Cells: s.cells, Fate: Uncut, Notes: []Note{{wholeRow, Torn}}}
}
