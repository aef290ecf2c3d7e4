package intake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// spool is a file of rows outside the database. Each row is the length of what
// follows, its place, its line, and its cells, each behind its length; all numbers
// are varints.
type spool struct {
	file *os.File
	out  *bufio.Writer
	rows int
	size int64  // of the rows, in bytes
	row  []byte // that is written
}

// spooled is a row of a spool.
type spooled struct {
	place uint32 // whatever number the writer knows the row by
	line  uint32
	cells []string
}

// keep is the row with cells that hold for good.
func (r spooled) keep(room *[]string) (kept spooled, bytes int) {
	r.cells, bytes = copyCells(r.cells, room)
	return r, bytes
}

// copyCells is a copy of cells, in room that is shared with others, and the bytes that
// the cells hold. Room is made for many rows of a usual width at once.
func copyCells(cells []string, room *[]string) (kept []string, bytes int) {
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

// spoolBuffer is how much of a spool is in memory.
const spoolBuffer = 64 << 10

func newSpool(dir, name string) (*spool, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStaging, err)
	}
	// A file without a name is gone with its process, however that ends. Where a
	// system keeps the name of an open file, the folder's removal takes it.
	_ = os.Remove(f.Name())
	return &spool{file: f, out: bufio.NewWriterSize(f, spoolBuffer)}, nil
}

// write puts a row behind the others.
func (s *spool) write(r spooled) error {
	s.rows++
	row := binary.AppendUvarint(s.row[:0], uint64(r.place))
	row = binary.AppendUvarint(row, uint64(r.line))
	for _, cell := range r.cells {
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
		return fmt.Errorf("%w: %w", errStaging, err)
	}
	s.size += int64(len(length) + len(row))
	return nil
}

// close lets go of the rows. A spool that was never opened is nil.
func (s *spool) close() {
	if s != nil {
		_ = s.file.Close()
	}
}

// reread ends the writing and goes back to the start.
func (s *spool) reread() (*rereading, error) {
	err := s.out.Flush()
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStaging, err)
	}
	return &rereading{in: bufio.NewReaderSize(s.file, spoolBuffer)}, nil
}

// rereading reads the rows of a spool.
type rereading struct {
	in    *bufio.Reader
	row   []byte
	cells []string
}

// next is the next row, io.EOF behind the last. The slice of its cells holds until
// the next call; the cells hold for good.
func (r *rereading) next() (spooled, error) {
	length, err := binary.ReadUvarint(r.in)
	if errors.Is(err, io.EOF) {
		return spooled{}, io.EOF
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
		return spooled{}, fmt.Errorf("read staged rows: %w", err)
	}
	row := r.row[:length]
	place, n := binary.Uvarint(row)
	line, m := binary.Uvarint(row[n:])
	r.cut(row[n+m:])
	return spooled{uint32(place), uint32(line), r.cells}, nil
}

// cut takes the cells of a row apart.
func (r *rereading) cut(row []byte) {
	r.cells = r.cells[:0]
	text := string(row)
	for at := 0; at < len(row); {
		size, n := binary.Uvarint(row[at:])
		at += n
		r.cells = append(r.cells, text[at:at+int(size)])
		at += int(size)
	}
}
