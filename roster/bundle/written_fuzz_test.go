package bundle

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// damages are what exporters, spreadsheets and people do to a row, at one of its cells.
func damages() []func(row string, at int) string {
	cell := func(change func(string) string) func(string, int) string {
		return func(row string, at int) string {
			cells := strings.Split(row, ",")
			cells[at%len(cells)] = change(cells[at%len(cells)])
			return strings.Join(cells, ",")
		}
	}
	whole := func(change func(string) string) func(string, int) string {
		return func(row string, _ int) string { return change(row) }
	}
	return []func(string, int) string{
		cell(func(c string) string { return `"` + c }),
		cell(func(c string) string { return c + `"` }),
		cell(func(c string) string { return c + ` "x" y` }),
		cell(func(c string) string { return `"` + c + ` "x" y"` }),
		cell(func(c string) string { return `"` + c + ` \"x\""` }),
		cell(func(c string) string { return `"` + c + ` ""x"""` }),
		cell(func(c string) string { return ` "` + c + `" ` }),
		cell(func(c string) string { return `"` + c + "\nx\"" }),
		cell(func(c string) string { return c + `\` }),
		cell(func(c string) string { return c + `, x` }),
		whole(func(r string) string { return r + ",,," }),
		whole(func(r string) string { return r + ",x" }),
		whole(func(r string) string { return strings.TrimRight(r, ",") }),
		whole(func(r string) string { return r + "\n" + strings.Repeat(",", strings.Count(r, ",")) }),
		whole(func(r string) string { return r + "\n  " }),
		whole(func(r string) string { return r + "\n(4 rows affected)" }),
		whole(func(r string) string { return r + "\n" + r }),
		whole(func(r string) string { return r + "\r" }),
		whole(func(r string) string { return r + "\n\x1a" }),
	}
}

// FuzzWritten damages the rows of a whole package as three bytes each say (the damage,
// the row, the cell), and then its files as the last ones do: every record is accounted
// for, or the package refused.
func FuzzWritten(f *testing.F) {
	archive, err := txtar.ParseFile("../testdata/base.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for i := range damages() {
		f.Add([]byte{byte(i), 17, 8}, byte(0))
		f.Add([]byte{byte(i), 18, 0, 0, 17, 9, 1, 19, 9}, byte(i))
	}
	f.Fuzz(func(t *testing.T, script []byte, outside byte) {
		files, ids := damaged(archive, script[:min(len(script), 60)])
		b := wrapped(files, outside)
		found := NewFindings()
		chosen, err := ReadManifest(b, false, &found)
		if err != nil {
			t.Fatal(err)
		}
		separators := NewSeparators(b)
		for _, e := range chosen {
			there, fatal := accounted(t, b, e, separators)
			if fatal {
				continue
			}
			for _, id := range ids[e.File()] {
				if !there[id] {
					t.Errorf("a record of %s is lost:\n%s", e.File(), files[e.File()])
				}
			}
		}
	})
}

// damaged is a package after what a script did to its rows, and the sourcedIds of each
// file.
func damaged(archive *txtar.Archive, script []byte) (files map[string]string, ids map[string][]string) {
	type place struct {
		file string
		line int
	}
	rows, ids, files := map[string][]string{}, map[string][]string{}, map[string]string{}
	var places []place
	for _, f := range archive.Files {
		rows[f.Name] = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
		for i := range rows[f.Name] {
			places = append(places, place{f.Name, i})
			if i > 0 && f.Name != manifestFile {
				id, _, _ := strings.Cut(rows[f.Name][i], ",")
				ids[f.Name] = append(ids[f.Name], id)
			}
		}
	}
	for ; len(script) >= 3; script = script[3:] {
		at := places[int(script[1])%len(places)]
		if damage := damages(); at.line > 0 {
			rows[at.file][at.line] = damage[int(script[0])%len(damage)](rows[at.file][at.line], int(script[2]))
		}
	}
	for name, lines := range rows {
		files[name] = strings.Join(lines, "\n") + "\n"
	}
	return files, ids
}

// wrapped is a package of files that were written in one of several ways.
func wrapped(files map[string]string, way byte) *Bundle {
	names := slices.Sorted(maps.Keys(files))
	one := names[int(way)%len(names)]
	switch way % 7 {
	case 1:
		files[one] = "\ufeff" + strings.ReplaceAll(files[one], "\n", "\r\n")
	case 2:
		files[one] = "sep=,\n" + files[one]
	case 3:
		files[one] = strings.ReplaceAll(files[one], ",", ";")
	case 4:
		for _, name := range names {
			files[name] = strings.ReplaceAll(files[name], ",", "\t")
		}
	case 5:
		files[strings.ToUpper(one)] = files[one]
		delete(files, one)
	case 6:
		files[one] = strings.TrimSpace(files[one]) + "\x1a\x00"
	}
	b := empty("", func() error { return nil })
	for name, text := range files {
		b.Files[name] = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
		b.Sizes[name] = int64(len(text))
	}
	b.settleNames()
	return b
}

// accounted are the sourcedIds of the rows of a file, taken or refused; fatal is that the
// file cannot be trusted.
func accounted(t *testing.T, b *Bundle, e Chosen, separators *Separators) (ids map[string]bool, fatal bool) {
	t.Helper()
	s, err := OpenSheet(b, e.File())
	if Spoiling(err) || err == nil && !separators.Agree(e.File(), s) {
		return nil, true
	}
	if err != nil {
		t.Fatal(err)
	}
	found := NewFindings()
	l, ok := ReadLayout(e, s.Header, &found)
	if !ok {
		return nil, true
	}
	ids = map[string]bool{}
	for {
		row, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			return ids, false
		case Spoiling(err):
			return nil, true
		case err != nil:
			t.Fatal(err)
		case row.Fate == Skipped && len(row.Notes) == 0:
			t.Errorf("line %d of %s is skipped and not told", row.Line, e.File())
		case row.Fate != Skipped:
			words := strings.FieldsFunc(row.Cells[0], func(r rune) bool { return strings.ContainsRune("\"\\,;\t\r\n ", r) })
			if len(words) > 0 {
				ids[words[0]] = true
			}
			fitting(t, l, row)
		}
	}
}

// fitting checks that what is not refused has the cells that the header names.
func fitting(t *testing.T, l Layout, row Row) {
	t.Helper()
	cells, _, bad := l.Fit(row.Cells)
	if row.Fate == Whole && !bad.Found() && len(cells) != l.Width {
		t.Errorf("line %d has %d cells of %d", row.Line, len(cells), l.Width)
	}
}
