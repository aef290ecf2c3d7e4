package optouts

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rostergate/rostergate/fault"
)

// The bounds of a file.
const (
	MostBytes = 32 << 20
	mostLines = 500_000
)

// ReadFile reads a CSV file of opt-outs: the header sourcedId,app and a line for each,
// with an empty app for all apps. A file of sourcedIds alone is of all apps. What is no
// such file is a fault.Invalid that names the line, and quotes nothing of it.
func ReadFile(from io.Reader) ([]Wanted, error) {
	limited := &io.LimitedReader{R: from, N: MostBytes + 1}
	r := csv.NewReader(limited)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	width, err := checkHeader(header)
	if err != nil {
		return nil, err
	}
	var all []Wanted
	for {
		cells, err := r.Read()
		switch {
		case limited.N == 0 || len(all) > mostLines:
			return nil, fault.New(fault.Invalid, "The file is too large: it may have %d lines and %d MiB. Make several of it.", mostLines, MostBytes>>20)
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, unreadable(err)
		}
		line, _ := r.FieldPos(0)
		wanted, err := lineOf(line, cells, width)
		if err != nil {
			return nil, err
		}
		all = append(all, wanted)
	}
}

// checkHeader says how many columns a file has.
func checkHeader(header []string) (int, error) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
	}
	if known := []string{"sourcedid", "app"}; len(names) == 0 || len(names) > len(known) || !slices.Equal(names, known[:len(names)]) {
		return 0, fault.New(fault.Invalid, "The first line of the file is to be sourcedId,app: the students, and the apps that they are opted out of, with nothing there for all apps.")
	}
	return len(names), nil
}

func lineOf(line int, cells []string, width int) (Wanted, error) {
	w := Wanted{Line: line, Student: strings.TrimSpace(cells[0])}
	switch {
	case len(cells) != width:
		return w, fault.New(fault.Invalid, "Line %d of the file has %d cells where %d belong. Write a value that has a comma in quotation marks.", line, len(cells), width)
	case w.Student == "":
		return w, fault.New(fault.Invalid, "Line %d of the file names no student. Write the sourcedId there, or take the line away.", line)
	case !utf8.ValidString(strings.Join(cells, "")):
		return w, fault.New(fault.Invalid, "Line %d of the file is not UTF-8. Save the file as CSV in UTF-8.", line)
	}
	if width > 1 {
		w.App = strings.TrimSpace(cells[1])
	}
	return w, nil
}

// unreadable says where a file is no CSV.
func unreadable(err error) error {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return fault.New(fault.Invalid, "Line %d of the file is no CSV: look at its quotation marks.", wrong.Line)
	}
	return err
}
