package bundle

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Sheet reads one CSV file row by row.
type Sheet struct {
	Header []string
	Line   int   // of the row that Next returned last; the header is line 1
	Before []Row // the header row, behind what was skipped

	cutter
	lines *lines
	file  io.Closer
	width int            // of the header
	usual int            // of the last whole row
	torn  int            // how many of the next lines cannot be cut
	tools *regexp.Regexp // toolLines, once a line may be one
}

// What ends a file: behind it nothing can be trusted.
var (
	errUTF8    = errors.New("is not valid UTF-8")
	errQuotes  = errors.New("has broken quoting")
	errEmpty   = errors.New("has no header row")
	errLong    = errors.New("has a row of more than a mebibyte")
	errDamaged = errors.New("is damaged inside the zip")
	errReturns = errors.New("ends its lines with a carriage return alone")
	errUTF16   = errors.New("is UTF-16")
	errPacked  = errors.New("is a workbook or a zip, and no CSV")

	// Of the manifest only.
	errHeader   = errors.New("has another header")
	errProperty = errors.New("has a property twice")
	errWidth    = errors.New("has a row of another width")
)

// Spoiling reports whether an error is one of these, and no fault of ours.
func Spoiling(err error) bool {
	for _, known := range []error{errUTF8, errQuotes, errEmpty, errLong, errDamaged, errReturns, errUTF16, errPacked, errHeader, errProperty, errWidth} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// Remedy is what to do about an error that is Spoiling.
func Remedy(err error) string {
	switch {
	case errors.Is(err, errUTF16), errors.Is(err, errUTF8):
		return "Save every file as UTF-8."
	case errors.Is(err, errReturns):
		return "End its lines with a line feed, or with a carriage return and a line feed."
	case errors.Is(err, errPacked):
		return "Save it as CSV, in UTF-8; renaming it does not."
	case errors.Is(err, errHeader), errors.Is(err, errProperty), errors.Is(err, errWidth):
		return "Its header must be propertyName,value and each property must stand once."
	}
	return "Export it as UTF-8 CSV with a header row (RFC 4180)."
}

// OpenSheet opens a file of a package and reads its header.
func OpenSheet(b *Bundle, name string) (*Sheet, error) {
	f, err := b.read(name)
	if err != nil {
		return nil, damage(err)
	}
	s := &Sheet{file: f, lines: newLines(f)}
	s.separator = ','
	if err = s.readHeader(); err == nil {
		return s, nil
	}
	_ = f.Close()
	return s, err
}

func newLines(file io.Reader) *lines {
	l := &lines{ration: &ration{file: file}}
	l.buffer = bufio.NewReaderSize(l.ration, 1<<16)
	return l
}

// readHeader reads the first row.
func (s *Sheet) readHeader() error {
	if err := s.readStart(); err != nil {
		return err
	}
	row, err := s.Next()
	for ; err == nil && row.Fate == Skipped; row, err = s.Next() {
		s.Before = append(s.Before, row)
	}
	switch {
	case errors.Is(err, io.EOF):
		return errEmpty
	case err != nil:
		return err
	}
	for _, h := range row.Cells {
		s.Header = append(s.Header, strings.TrimSpace(h))
	}
	if slices.ContainsFunc(s.Header, func(h string) bool { return strings.Contains(h, "\r") }) {
		return errReturns
	}
	s.width, s.usual = len(row.Cells), len(row.Cells)
	s.Before = append(s.Before, Row{Line: row.Line, Notes: row.Notes})
	return nil
}

// Next reads a row; its cells hold until the next call. The end is io.EOF.
func (s *Sheet) Next() (Row, error) {
	for {
		l, err := s.lines.next()
		s.Line = s.lines.number
		if err != nil {
			return Row{}, damage(err)
		}
		torn := s.torn > 0
		s.torn = max(s.torn-1, 0)
		switch {
		case l.text == "" && !l.marked:
		case torn:
			return s.uncut(l), nil
		default:
			return s.row(l)
		}
	}
}

// row cuts the row that begins with a line.
func (s *Sheet) row(l line) (Row, error) {
	switch s.begin(l.text) {
	case complete:
		return s.judged(l, nil), nil
	case unfinished:
		if notes, ok := s.slashed(l.text); ok {
			return s.judged(l, notes), nil
		}
		return s.goOn(l)
	}
	if notes, ok := s.loosely(l.text, s.fits); ok {
		return s.judged(l, notes), nil
	}
	return s.tear(l, 0)
}

// judged is the row that was cut, unless it is none.
func (s *Sheet) judged(l line, notes []Note) Row {
	r := Row{Line: l.number, Cells: s.cells, Notes: notes}
	if l.marked {
		r.Notes = append(r.Notes, Note{wholeRow, endMark})
	}
	switch {
	case l.marked && l.text == "":
		r.Fate = Skipped
	case len(r.Cells) > 0 && (r.Cells[0] == "" || r.Cells[0][0] <= ' ' || r.Cells[0][0] > '~') && blank(r.Cells):
		r.Fate, r.Notes = Skipped, append(r.Notes, Note{wholeRow, blankRow})
	case len(s.Header) > 0 && s.isHeader(r.Cells):
		r.Fate, r.Notes = Skipped, append(r.Notes, Note{wholeRow, headerAgain})
	case s.width > 0 && s.isOfTool(l, r.Cells):
		r.Fate, r.Notes = Skipped, append(r.Notes, Note{wholeRow, toolLine})
	case 2*len(r.Cells) > s.width:
		s.usual = len(r.Cells)
	}
	return r
}

// isHeader reports whether a row has the names of the columns for values.
func (s *Sheet) isHeader(cells []string) bool {
	return len(cells) == len(s.Header) && len(cells) > 1 && cells[0] == s.Header[0] && slices.EqualFunc(cells, s.Header, func(c, h string) bool { return strings.TrimSpace(c) == h })
}

// isOfTool reports whether a line is none of the rows, but of the tool that wrote them.
func (s *Sheet) isOfTool(l line, cells []string) bool {
	const longest = 200 // of what tools write
	switch {
	case len(l.text) > longest && len(cells) != s.width:
		return false
	case len(cells) != s.width:
		if s.tools == nil {
			s.tools = toolLines()
		}
		return s.tools.MatchString(l.text)
	case strings.HasPrefix(cells[0], "-"):
		return dashes(cells)
	}
	return false
}

// Offset is how many bytes were read.
func (s *Sheet) Offset() int64 { return s.lines.offset }

// Close lets go of the file.
func (s *Sheet) Close() error { return s.file.Close() }

// ration bounds what is read of a file for one row, for a quotation mark that is
// never closed makes a row of all that follows.
type ration struct {
	file io.Reader
	used int
}

// maxRow is the length of the longest row, but for what is read ahead.
const maxRow = 1 << 20

// Read reads on, unless the row is too long already.
func (r *ration) Read(into []byte) (int, error) {
	if r.used > maxRow {
		return 0, errLong
	}
	n, err := r.file.Read(into)
	r.used += n
	return n, err
}

// damage tells what is wrong with a zip from other errors of reading.
func damage(err error) error {
	var corrupt flate.CorruptInputError
	for _, known := range []error{zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return errDamaged
		}
	}
	if errors.As(err, &corrupt) {
		return errDamaged
	}
	return err
}
