package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Spool is a file of rows outside the database. Each row is the length of what
// follows, its place, its line, and its cells, each behind its length; all numbers
// are varints.
type Spool struct {
	Rows int   // so far
	Size int64 // of the rows, in bytes

	file *os.File
	out  *bufio.Writer
	row  []byte // that is written
}

// Row is a row of a spool.
type Row struct {
	Place uint32 // whatever number the writer knows the row by
	Line  uint32
	Cells []string
}

// Keep is the row with cells that hold for good.
func (r Row) Keep(room *[]string) (kept Row, bytes int) {
	r.Cells, bytes = CopyCells(r.Cells, room)
	return r, bytes
}

// CopyCells is a copy of cells, in room that is shared with others, and the bytes that
// the cells hold. Room is made for many rows of a usual width at once.
func CopyCells(cells []string, room *[]string) (kept []string, bytes int) {
	const (
		many   = 4096
		header = 16 // bytes of a string beside its text
	)
	if cap(*room)-len(*room) < len(cells) {
		*room = make([]string, 0, max(len(cells), min(64*len(cells), many)))
	}
	from := len(*room)
	*room = append(*room, cells...)
	bytes = len(cells) * header
	for _, cell := range cells {
		bytes += len(cell)
	}
	return (*room)[from:len(*room):len(*room)], bytes
}

// ErrStaging begins what is said of rows that could not be written.
var ErrStaging = errors.New("stage the import")

// spoolBuffer is how much of a spool is in memory.
const spoolBuffer = 64 << 10

// New begins a spool in a folder.
func New(dir, name string) (*Spool, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStaging, err)
	}
	// A file without a name is gone with its process, however that ends. Where a
	// system keeps the name of an open file, the folder's removal takes it.
	_ = os.Remove(f.Name())
	return &Spool{file: f, out: bufio.NewWriterSize(f, spoolBuffer)}, nil
}

// Write puts a row behind the others.
func (s *Spool) Write(r Row) error {
	s.Rows++
	row := binary.AppendUvarint(s.row[:0], uint64(r.Place))
	row = binary.AppendUvarint(row, uint64(r.Line))
	for _, cell := range r.Cells {
		row = binary.AppendUvarint(row, uint64(len(cell)))
		row = append(row, cell...)
	}
	s.row = row
	length := binary.AppendUvarint(s.out.AvailableBuffer(), uint64(len(row)))
	_, err := s.out.Write(length)
	if err == nil {
		_, err = s.out.Write(row)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStaging, err)
	}
	s.Size += int64(len(length) + len(row))
	return nil
}

// Close lets go of the rows. A spool that was never opened is nil.
func (s *Spool) Close() {
	if s != nil {
		_ = s.file.Close()
	}
}

// Reread ends the writing and goes back to the start.
func (s *Spool) Reread() (*Reading, error) {
	err := s.out.Flush()
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStaging, err)
	}
	return &Reading{in: bufio.NewReaderSize(s.file, spoolBuffer)}, nil
}

// Settle ends the writing for those who read rows by their offsets.
func (s *Spool) Settle() error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("%w: %w", ErrStaging, err)
	}
	return nil
}

// At is the row that begins at an offset, the Size before it was written.
func (s *Spool) At(offset int64, in *Reading) (Row, error) {
	from := io.NewSectionReader(s.file, offset, s.Size-offset)
	if in.in == nil {
		in.in = bufio.NewReader(from)
	}
	in.in.Reset(from)
	return in.Next()
}

// Reading reads the rows of a spool.
type Reading struct {
	in    *bufio.Reader
	row   []byte
	cells []string
}

// Next is the next row, io.EOF behind the last. The slice of its cells holds until
// the next call; the cells hold for good.
func (r *Reading) Next() (Row, error) {
	length, err := binary.ReadUvarint(r.in)
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	if err == nil {
		if uint64(cap(r.row)) < length {
			r.row = make([]byte, 2*length)
		}
		if _, err = io.ReadFull(r.in, r.row[:length]); errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // a length without its row
		}
	}
	if err != nil {
		return Row{}, fmt.Errorf("read staged rows: %w", err)
	}
	row := r.row[:length]
	place, n := binary.Uvarint(row)
	line, m := binary.Uvarint(row[n:])
	r.cut(row[n+m:])
	return Row{uint32(place), uint32(line), r.cells}, nil
}

// cut takes the cells of a row apart.
func (r *Reading) cut(row []byte) {
	r.cells = r.cells[:0]
	text := string(row)
	for at := 0; at < len(row); {
		size, n := binary.Uvarint(row[at:])
		at += n
		r.cells = append(r.cells, text[at:at+int(size)])
		at += int(size)
	}
}
