package intake

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
func counter(end int, with error) func() (spooled, error) {
	n, cells := 0, make([]string, 1)
	return func() (spooled, error) {
		if n == end {
			return spooled{}, with
		}
		cells[0] = strconv.Itoa(n)
		n++
		return spooled{place: uint32(n - 1), cells: cells}, nil
	}
}

func TestWhatIsReadAheadComesInOrderAndWhole(t *testing.T) {
	broken := errors.New("broken")
	for _, rows := range []int{0, 1, 255, 256, 257, 2000} {
		for _, with := range []error{io.EOF, broken} {
			seen := 0
			err := ahead(counter(rows, with), spooled.keep, func(r spooled) error {
				if want := strconv.Itoa(seen); r.place != uint32(seen) || !slices.Equal(r.cells, []string{want}) {
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
		next := func() (spooled, error) { return spooled{cells: row}, nil }
		first := readBatch(next, spooled.keep)
		room := 0
		for _, r := range first.values {
			room += cap(r.cells)
		}
		if len(first.values) != 1 || room > len(row) {
			t.Errorf("of %s rows %d are kept at once, with room for %d cells", name, len(first.values), room)
		}
	}
}

func TestASpoolThatEndsInARowIsNotWhole(t *testing.T) {
	s, err := newSpool(t.TempDir(), "rows")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := errors.Join(s.write(spooled{cells: []string{"a"}}), s.write(spooled{cells: []string{"b"}})); err != nil {
		t.Fatal(err)
	}
	written, err := s.reread()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(written.in)
	if err != nil {
		t.Fatal(err)
	}
	row := len(whole) / 2
	for cut := row + 1; cut < len(whole); cut++ {
		torn := &rereading{in: bufio.NewReader(bytes.NewReader(whole[:cut]))}
		if _, err := torn.next(); err != nil {
			t.Fatal(err)
		}
		if _, err := torn.next(); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("cut behind %d of %d bytes, reading ends with %v", cut, len(whole), err)
		}
	}
}

func TestNothingIsReadAheadWhenNobodyWantsMore(t *testing.T) {
	enough := errors.New("enough")
	read := 0
	next := counter(1<<20, io.EOF)
	err := ahead(func() (spooled, error) { read++; return next() }, spooled.keep, func(r spooled) error {
		if r.place == 10 {
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
	_ = ahead(func() (spooled, error) { panic("torn") }, spooled.keep, func(spooled) error { return nil })
	t.Error("nobody noticed")
}

func TestRowsOfASpoolAreReadAsTheyWereWritten(t *testing.T) {
	s, err := newSpool(t.TempDir(), "rows")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	long := string(make([]byte, 3*spoolBuffer))
	rows := []spooled{{1, 2, []string{"", "a", ""}}, {1 << 31, 0, []string{long, "\x1f", "é"}}, {3, 1 << 20, nil}}
	for _, r := range rows {
		if err := s.write(r); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		in, err := s.reread()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range rows {
			if got, err := in.next(); err != nil || got.place != want.place || got.line != want.line || !slices.Equal(got.cells, want.cells) {
				t.Errorf("a row of %d cells is read as %d %d with %d cells, %v", len(want.cells), got.place, got.line, len(got.cells), err)
			}
		}
		if _, err := in.next(); !errors.Is(err, io.EOF) {
			t.Errorf("behind the last row: %v", err)
		}
	}
}
