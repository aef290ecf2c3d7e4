package bundle

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Sheet reads one CSV file row by row.
type Sheet struct {
	csv    *csv.Reader
	ration *ration
	file   io.Closer
	Header []string
	Line   int // of the row that next returned last; the header is line 1
}

// What ends a file: behind it nothing can be trusted.
var (
	errUTF8    = errors.New("is not valid UTF-8")
	errQuotes  = errors.New("has broken quoting")
	errEmpty   = errors.New("has no header row")
	errLong    = errors.New("has a row of more than a mebibyte")
	errDamaged = errors.New("is damaged inside the zip")
	errReturns = errors.New("ends its lines with a carriage return alone")

	// Of the manifest only.
	errHeader   = errors.New("has another header")
	errProperty = errors.New("has a property twice")
	errWidth    = errors.New("has a row of another width")
)

// Spoiling reports whether an error is one of these, and no fault of ours.
func Spoiling(err error) bool {
	for _, known := range []error{errUTF8, errQuotes, errEmpty, errLong, errDamaged, errReturns, errHeader, errProperty, errWidth} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// OpenSheet opens a file of a package and reads its header.
func OpenSheet(b *Bundle, name string) (*Sheet, error) {
	f, err := b.read(name)
	if err != nil {
		return nil, damage(err)
	}
	s := &Sheet{file: f, ration: &ration{file: f}}
	s.csv = csv.NewReader(skipMark(s.ration))
	s.csv.FieldsPerRecord = -1
	header, err := s.Next()
	switch {
	case errors.Is(err, io.EOF):
		err = errEmpty
	case err == nil:
		for _, h := range header {
			s.Header = append(s.Header, strings.TrimSpace(h))
		}
		if slices.ContainsFunc(s.Header, func(h string) bool { return strings.Contains(h, "\r") }) {
			err = errReturns
			break
		}
		s.csv.ReuseRecord = true
		return s, nil
	}
	_ = f.Close()
	return s, err
}

// skipMark leaves out the byte order mark that spreadsheets write.
func skipMark(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 1<<16)
	if mark, _ := b.Peek(3); string(mark) == "\ufeff" {
		_, _ = b.Discard(3)
	}
	return b
}

// Next reads a row; its cells hold until the next call. The end is io.EOF.
func (s *Sheet) Next() ([]string, error) {
	s.ration.used = 0
	cells, err := s.csv.Read()
	if len(cells) > 0 {
		s.Line, _ = s.csv.FieldPos(0)
	}
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		s.Line = broken.StartLine
		return nil, errQuotes
	case err != nil:
		return nil, damage(err)
	}
	for _, cell := range cells {
		if !utf8.ValidString(cell) {
			return nil, errUTF8
		}
	}
	return cells, nil
}

// Offset is how many bytes were read.
func (s *Sheet) Offset() int64 { return s.csv.InputOffset() }

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
