package spool

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// counter gives the numbers below end as rows in one slice that it uses again, and
// then ends with an error.
func counter(end int, with error) func() (Row, error) {
	n, cells := 0, make([]string, 1)
	return func() (Row, error) {
		if n == end {
			return Row{}, with
		}
		cells[0] = strconv.Itoa(n)
		n++
		return Row{Place: uint32(n - 1), Cells: cells}, nil
	}
}

func TestWhatIsReadAheadComesInOrderAndWhole(t *testing.T) {
	broken := errors.New("broken")
	for _, rows := range []int{0, 1, 255, 256, 257, 2000} {
		for _, with := range []error{io.EOF, broken} {
			seen := 0
			err := Ahead(counter(rows, with), Row.Keep, func(r Row) error {
				if want := strconv.Itoa(seen); r.Place != uint32(seen) || !slices.Equal(r.Cells, []string{want}) {
					t.Fatalf("row %d of %d is %+v", seen, rows, r)
				}
				seen++
				return nil
			})
			if seen != rows || (with == io.EOF) != (err == nil) || err != nil && !errors.Is(err, broken) {
				t.Errorf("%d of %d rows, and %v where reading ends with %v", seen, rows, err, with)
			}
		}
	}
}

func TestOfWideRowsAndOfLongOnesFewAreReadAhead(t *testing.T) {
	for name, row := range map[string][]string{"wide": make([]string, 1<<18), "long": {strings.Repeat("x", 4<<20)}} {
		next := func() (Row, error) { return Row{Cells: row}, nil }
		first := readBatch(next, Row.Keep)
		room := 0
		for _, r := range first.values {
			room += cap(r.Cells)
		}
		if len(first.values) != 1 || room > len(row) {
			t.Errorf("of %s rows %d are kept at once, with room for %d cells", name, len(first.values), room)
		}
	}
}

func TestASpoolThatEndsInARowIsNotWhole(t *testing.T) {
	s, err := New(t.TempDir(), "rows")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := errors.Join(s.Write(Row{Cells: []string{"a"}}), s.Write(Row{Cells: []string{"b"}})); err != nil {
		t.Fatal(err)
	}
	written, err := s.Reread()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(written.in)
	if err != nil {
		t.Fatal(err)
	}
	row := len(whole) / 2
	for cut := row + 1; cut < len(whole); cut++ {
		torn := &Reading{in: bufio.NewReader(bytes.NewReader(whole[:cut]))}
		if _, err := torn.Next(); err != nil {
			t.Fatal(err)
		}
		if _, err := torn.Next(); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("cut behind %d of %d bytes, reading ends with %v", cut, len(whole), err)
		}
	}
}

func TestNothingIsReadAheadWhenNobodyWantsMore(t *testing.T) {
	enough := errors.New("enough")
	read := 0
	next := counter(1<<20, io.EOF)
	err := Ahead(func() (Row, error) { read++; return next() }, Row.Keep, func(r Row) error {
		if r.Place == 10 {
			return enough
		}
		return nil
	})
	if before := read; !errors.Is(err, enough) || read > 2000 || read != before {
		t.Errorf("%d rows were read, %v", read, err)
	}
}

func TestAPanicOfAReadingIsOneOfWhoWantsTheRows(t *testing.T) {
	defer func() {
		if crash := recover(); crash != "torn" {
			t.Errorf("caught %v", crash)
		}
	}()
	_ = Ahead(func() (Row, error) { panic("torn") }, Row.Keep, func(Row) error { return nil })
	t.Error("nobody noticed")
}

func TestRowsOfASpoolAreReadAsTheyWereWritten(t *testing.T) {
	s, err := New(t.TempDir(), "rows")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	long := string(make([]byte, 3*spoolBuffer))
	rows := []Row{{1, 2, []string{"", "a", ""}}, {1 << 31, 0, []string{long, "\x1f", "é"}}, {3, 1 << 20, nil}}
	for _, r := range rows {
		if err := s.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		in, err := s.Reread()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range rows {
			if got, err := in.Next(); err != nil || got.Place != want.Place || got.Line != want.Line || !slices.Equal(got.Cells, want.Cells) {
				t.Errorf("a row of %d cells is read as %d %d with %d cells, %v", len(want.Cells), got.Place, got.Line, len(got.Cells), err)
			}
		}
		if _, err := in.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("behind the last row: %v", err)
		}
	}
}
