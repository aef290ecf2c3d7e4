package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// lines reads a file line by line, and ahead where it must be known what follows.
type lines struct {
	ration *ration
	buffer *bufio.Reader
	long   []byte // a line that is longer than the buffer
	ahead  []line // those that were read and not given out
	number int    // of the line that was given out last
	read   int    // of the line that was read last
	offset int64  // behind the line that was read last
}

// line is a line without its end.
type line struct {
	text   string
	number int
	marked bool // a mark of the end of the file stood behind it, and was left out
}

// next gives the next line out. The end is io.EOF.
func (l *lines) next() (line, error) {
	l.ration.used = 0
	if len(l.ahead) > 0 {
		first := l.ahead[0]
		l.ahead, l.number = l.ahead[1:], first.number
		return first, nil
	}
	found, err := l.scan()
	if err == nil || errors.Is(err, errUTF8) {
		l.number = l.read
	}
	return found, err
}

// peek reads the nth line behind the one that was given out, from 0. The end is io.EOF.
func (l *lines) peek(n int) (line, error) {
	for len(l.ahead) <= n {
		found, err := l.scan()
		if err != nil {
			return line{}, err
		}
		l.ahead = append(l.ahead, found)
	}
	return l.ahead[n], nil
}

// skip gives out lines that were read ahead.
func (l *lines) skip(n int) {
	l.number, l.ahead = l.ahead[n-1].number, l.ahead[n:]
}

// scan reads a line, as text that is UTF-8.
func (l *lines) scan() (line, error) {
	text, err := l.raw()
	last := errors.Is(err, io.EOF)
	if err != nil && (!last || len(text) == 0) {
		return line{}, err
	}
	l.read++
	found := line{number: l.read}
	text = bytes.TrimSuffix(text, []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	if last || len(text) > 0 && text[0] == controlZ {
		bare := bytes.TrimRight(text, "\x00\x1a")
		text, found.marked = bare, len(bare) < len(text)
	}
	if !utf8.Valid(text) {
		return line{}, errUTF8
	}
	found.text = string(text)
	return found, nil
}

// controlZ ends a file as DOS did.
const controlZ = 0x1a

// raw reads a line with its end.
func (l *lines) raw() ([]byte, error) {
	text, err := l.buffer.ReadSlice('\n')
	l.offset += int64(len(text))
	if !errors.Is(err, bufio.ErrBufferFull) {
		return text, err
	}
	l.long = append(l.long[:0], text...)
	for errors.Is(err, bufio.ErrBufferFull) {
		text, err = l.buffer.ReadSlice('\n')
		l.offset += int64(len(text))
		l.long = append(l.long, text...)
	}
	return l.long, err
}
