package rostertest

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"os"
	"testing"
)

// Rows walks through a CSV file, the header included.
func Rows(t testing.TB, path string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		t.Helper()
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for reader := csv.NewReader(bufio.NewReader(file)); ; {
			row, err := reader.Read()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				t.Fatal(err)
			case !yield(row):
				return
			}
		}
	}
}

// Rewrite writes a CSV file anew, each row as change returns it. Line 0 is the
// header.
func Rewrite(t testing.TB, path string, change func(line int, row []string) []string) {
	t.Helper()
	to, err := os.Create(path + ".new")
	if err != nil {
		t.Fatal(err)
	}
	writer, line := csv.NewWriter(to), 0
	for row := range Rows(t, path) {
		if err := writer.Write(change(line, row)); err != nil {
			t.Fatal(err)
		}
		line++
	}
	writer.Flush()
	if err := errors.Join(writer.Error(), to.Close(), os.Rename(path+".new", path)); err != nil {
		t.Fatal(err)
	}
}
