package bundle

import (
	"cmp"
	"errors"
	"io"
	"strings"
)

// readStart reads what stands before the header of a file, and looks at the header for
// the separator.
func (s *Sheet) readStart() error {
	mark, _ := s.lines.buffer.Peek(4)
	switch {
	case sixteen(mark):
		return errUTF16
	case string(mark) == "PK\x03\x04":
		return errPacked
	case strings.HasPrefix(string(mark), "\ufeff"):
		_, _ = s.lines.buffer.Discard(3)
		s.lines.offset += 3
	}
	for n := 0; ; n++ {
		l, err := s.lines.peek(n)
		switch {
		case errors.Is(err, io.EOF):
			return errEmpty
		case err != nil:
			s.Line = s.lines.read
			return damage(err)
		case namesSeparator(l.text):
			s.lines.skip(n + 1)
			s.Before = append(s.Before, Row{Line: l.number, Fate: Skipped, Notes: []Note{{wholeRow, sepLine}}})
			n = -1
		case strings.Trim(l.text, " ,;|\t\"") != "":
			s.separator = separatorOf(l.text)
			return nil
		}
	}
}

// sixteen reports whether a file that begins so is UTF-16: with its mark, or with a
// character of ASCII.
func sixteen(start []byte) bool {
	if len(start) < 2 {
		return false
	}
	mark := string(start[:2])
	return mark == "\xff\xfe" || mark == "\xfe\xff" || (start[0] == 0) != (start[1] == 0)
}

// namesSeparator reports whether a line is sep=, as spreadsheets write it.
func namesSeparator(line string) bool {
	word := strings.ToLower(strings.TrimRight(strings.ReplaceAll(line, `"`, ""), ",; \t|"))
	return word == "sep=" && len(line) > len(word)
}

// separatorOf is the separator of a header: the comma, unless there is more of another.
func separatorOf(header string) byte {
	most := byte(',')
	for _, other := range []byte(";\t|") {
		if strings.Count(header, string(rune(other))) > strings.Count(header, string(rune(most))) {
			most = other
		}
	}
	return most
}

// Separator is what the cells of the file are separated by, in words.
func (s *Sheet) Separator() string {
	switch s.separator {
	case ';':
		return "semicolons"
	case '\t':
		return "tabs"
	case '|':
		return "vertical bars"
	}
	return "commas"
}

const remedySeparator = "Separate the columns of all files by commas."

// Separators are those of the files of a package, which have to be those of its
// manifest. The zero Separators are of no file.
type Separators struct {
	manifest string
	strange  []string // files that have another
	told     Problem  // of the first of them
}

// NewSeparators begins with what the manifest has.
func NewSeparators(b *Bundle) *Separators {
	return &Separators{manifest: cmp.Or(b.separator, "commas")}
}

// Agree reports whether a file has the separator of the manifest. One that has another
// cannot be read further.
func (p *Separators) Agree(file string, s *Sheet) bool {
	found := s.Separator()
	if found == p.manifest {
		return true
	}
	if p.strange = append(p.strange, file); len(p.strange) == 1 {
		p.told = Problem{Severity: Fatal, File: file, Line: s.Line, Problem: "the columns are separated by " + found + ", those of manifest.csv by " + p.manifest, Remedy: remedySeparator}
	}
	return false
}

// Tell reports the files that have another separator than the manifest, as one problem.
func (p *Separators) Tell(found *Findings) {
	if len(p.strange) == 0 {
		return
	}
	if len(p.strange) > 1 {
		p.told.Problem += " (so are those of " + strings.Join(p.strange[1:], ", ") + ")"
	}
	found.Add(p.told)
}
