package terminal

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/term"
)

// What is stored may hold whatever a person or a package wrote: line ends that would
// forge a line, and characters that a terminal obeys. All output for people goes
// through Lines, all JSON through JSONText and all CSV through CSVText, which write
// such characters as \u001b.

// Lines writes until a write fails. What its formats are filled with stays on one
// line.
type Lines struct {
	Out io.Writer
	Err error // that a write ended with, if one did
}

// Writef writes as fmt.Fprintf does, but no blanks at the end of a line.
func (l *Lines) Writef(format string, args ...any) {
	if l.Err != nil {
		return
	}
	shown := make([]any, len(args))
	for i, arg := range args {
		shown[i] = onOneLine(arg)
	}
	text := fmt.Sprintf(format, shown...)
	for strings.Contains(text, " \n") { // of a last column that is empty
		text = strings.ReplaceAll(text, " \n", "\n")
	}
	_, l.Err = io.WriteString(l.Out, text)
}

// WriteText writes a text of several lines, with the tabs that they are indented by.
func (l *Lines) WriteText(text string) {
	if l.Err == nil {
		_, l.Err = io.WriteString(l.Out, paragraph(text))
	}
}

// Say writes once.
func Say(out io.Writer, format string, args ...any) error {
	w := &Lines{Out: out}
	w.Writef(format, args...)
	return w.Err
}

// Complain tells of an error, which may have several lines.
func Complain(out io.Writer, err error, hint string) error {
	_, failed := fmt.Fprintf(out, "rostergate: %s\n%s", paragraph(err.Error()), hint)
	return failed
}

// onOneLine is a value with its texts made visible. Numbers and the like have none.
func onOneLine(arg any) any {
	switch v := arg.(type) {
	case string:
		return visible(v)
	case error:
		return visible(v.Error())
	case fmt.Stringer:
		return visible(v.String())
	}
	switch v := reflect.ValueOf(arg); v.Kind() {
	case reflect.String:
		return visible(v.String())
	case reflect.Slice:
		all := make([]any, v.Len())
		for i := range all {
			all[i] = onOneLine(v.Index(i).Interface())
		}
		return all
	case reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint64, reflect.Float64:
		return arg
	}
	return visible(fmt.Sprint(arg))
}

// visible is a text on one line, in which what a terminal would obey is written out.
func visible(text string) string { return escaped(text, "") }

// paragraph is a text of several lines, in which what a terminal would obey is
// written out.
func paragraph(text string) string { return escaped(text, "\n\t") }

// escaped writes out what is no letter, mark, number, sign or space, but for what is
// kept: line ends, what moves the cursor or turns the direction of writing, what is
// not UTF-8. The joiners, which some scripts need, stay.
func escaped(text, keep string) string {
	plain := func(r rune) bool {
		return unicode.IsGraphic(r) || r == '\u200c' || r == '\u200d' || strings.ContainsRune(keep, r)
	}
	if utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, "\\x%02x", text[i])
		case plain(r):
			b.WriteRune(r)
		default:
			b.WriteString(utf16Escape(r))
		}
	}
	return b.String()
}

// utf16Escape writes a character as JSON does.
func utf16Escape(r rune) string {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Sprintf("\\u%04x\\u%04x", high, low)
	}
	return fmt.Sprintf("\\u%04x", r)
}

// JSON writes a value as indented JSON.
func JSON(out io.Writer, v any) error {
	enc := json.NewEncoder(JSONText(out))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// JSONText is where JSON for people and scripts goes: it stays the same JSON.
func JSONText(out io.Writer) io.Writer { return &escaping{out: out, keep: "\n\t"} }

// CSVText is where CSV goes: what a terminal would obey is written out on one. A file
// or another program gets the text as it is.
func CSVText(out io.Writer) io.Writer {
	if Is(out) {
		return &escaping{out: out, keep: "\n\t\r"}
	}
	return out
}

// Is reports whether a stream is a terminal.
func Is(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// escaping is a stream of text that is escaped on its way. A character may come in
// parts.
type escaping struct {
	out  io.Writer
	keep string
	part []byte // of a character that is not whole yet
}

// Write takes all of a text or fails.
func (e *escaping) Write(text []byte) (int, error) {
	all := append(e.part, text...)
	whole := len(all)
	for back := 1; back < utf8.UTFMax && back <= len(all); back++ {
		if at := len(all) - back; utf8.RuneStart(all[at]) {
			if !utf8.FullRune(all[at:]) {
				whole = at
			}
			break
		}
	}
	_, err := e.out.Write([]byte(escaped(string(all[:whole]), e.keep)))
	e.part = append([]byte{}, all[whole:]...)
	return len(text), err
}

// WriteLines writes what is told, each text on a line of its own.
func WriteLines(out io.Writer, told []string) error {
	w := &Lines{Out: out}
	for _, line := range told {
		w.Writef("%s\n", line)
	}
	return w.Err
}
