package bundle

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// places are where each problem is, all of them: the number of its cause and its line, as
// varints. The first are in memory, and all of many in a file without a name.
type places struct {
	kept  spill
	entry []byte
	err   error
}

// add notes a place. What goes wrong is told to who reads them.
func (p *places) add(number, line int) {
	if p.err == nil {
		p.entry = binary.AppendUvarint(binary.AppendUvarint(p.entry[:0], uint64(number)), uint64(line))
		_, p.err = p.kept.Write(p.entry)
	}
}

// spill keeps what is written in memory and, once that is much, in a file.
type spill struct {
	memory []byte
	file   *os.File
	size   int64
}

// inMemory is how much a spill keeps in memory.
const inMemory = 64 << 10

// Write keeps some bytes more.
func (s *spill) Write(b []byte) (int, error) {
	s.size += int64(len(b))
	s.memory = append(s.memory, b...)
	if len(s.memory) < inMemory {
		return len(b), nil
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "rostergate-lines-")
		if err != nil {
			return 0, fmt.Errorf("keep the lines of a report: %w", err)
		}
		_ = os.Remove(f.Name()) // it is gone with its process
		s.file = f
	}
	_, err := s.file.Write(s.memory)
	s.memory = s.memory[:0]
	if err != nil {
		return 0, fmt.Errorf("keep the lines of a report: %w", err)
	}
	return len(b), nil
}

// reader reads what was written, from its start.
func (s *spill) reader() io.Reader {
	if s.file == nil {
		return bytes.NewReader(s.memory)
	}
	kept := s.size - int64(len(s.memory))
	return io.MultiReader(io.NewSectionReader(s.file, 0, kept), bytes.NewReader(s.memory))
}

// Lines is how many problems there are in all, each with its line.
func (f *Findings) Lines() int {
	n := 0
	for _, c := range f.Causes {
		n += c.Count
	}
	return n
}

// LeftOut is how many of them are not among the first of their cause.
func (f *Findings) LeftOut() int { return f.Lines() - len(f.Problems) }

// Packed is where each problem is, in the form that Unpack reads.
func (f *Findings) Packed() (io.Reader, error) {
	return f.places.kept.reader(), f.places.err
}

// Close lets go of the places.
func (f *Findings) Close() {
	if f.places.kept.file != nil {
		_ = f.places.kept.file.Close()
	}
}

// Unpack calls each for every problem, in the order in which they were found, with the
// causes of the report that they are of. A report of the same package that came again lacks
// those of what was stored: see Again.
func Unpack(packed io.Reader, causes []Cause, each func(Problem) error) error {
	numbered := map[uint64]Problem{}
	for _, c := range causes {
		numbered[uint64(c.Number)] = c.Problem
	}
	in := bufio.NewReader(packed)
	for {
		number, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, wrong := binary.ReadUvarint(in)
		p, known := numbered[number]
		switch {
		case err != nil || wrong != nil:
			return fmt.Errorf("read the lines of a report: %w", errors.Join(err, wrong))
		case !known:
			continue
		}
		p.Line = int(line)
		if err := each(p); err != nil {
			return err
		}
	}
}
