package roster

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// sheet reads one CSV file row by row.
type sheet struct {
	csv    *csv.Reader
	file   io.Closer
	header []string
	line   int // of the row that Next returned last; the header is line 1
}

// errUTF8 and errQuotes end a file: behind them nothing can be trusted.
var (
	errUTF8   = errors.New("is not valid UTF-8")
	errQuotes = errors.New("has broken quoting")
	errEmpty  = errors.New("has no header row")
)

// openSheet opens a file and reads its header.
func openSheet(open func() (io.ReadCloser, error)) (*sheet, error) {
	f, err := open()
	if err != nil {
		return nil, err
	}
	s := &sheet{csv: csv.NewReader(skipMark(f)), file: f}
	s.csv.FieldsPerRecord = -1
	header, err := s.next()
	switch {
	case errors.Is(err, io.EOF):
		err = errEmpty
	case err == nil:
		for _, h := range header {
			s.header = append(s.header, strings.TrimSpace(h))
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

// next reads a row; its cells hold until the next call. The end is io.EOF.
func (s *sheet) next() ([]string, error) {
	cells, err := s.csv.Read()
	if len(cells) > 0 {
		s.line, _ = s.csv.FieldPos(0)
	}
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		s.line = broken.Line
		return nil, errQuotes
	case err != nil:
		return nil, err
	}
	for _, cell := range cells {
		if !utf8.ValidString(cell) {
			return nil, errUTF8
		}
	}
	return cells, nil
}

func (s *sheet) Close() error { return s.file.Close() }
