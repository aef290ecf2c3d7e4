package gateway_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// parcel is a package of OneRoster CSV under construction: its files by name.
type parcel map[string]string

// cedar is the small district of testdata/base.txtar.
func cedar(t testing.TB) parcel {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	p := parcel{}
	for _, f := range archive.Files {
		p[f.Name] = string(f.Data)
	}
	return p
}

// folder writes the package into a new folder and returns its path.
func (p parcel) folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range p {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// small runs fn on the small district, once on every database.
func small(t *testing.T, fn func(t *testing.T, d *gatewaytest.District), settings ...gatewaytest.Setting) {
	t.Helper()
	t.Parallel()
	dir := cedar(t).folder(t)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		fn(t, gatewaytest.StartWith(t, s, dir, settings...))
	})
}

// edit changes a file line by line: "~ old => new" replaces what stands there
// once, "+ line" adds one, "- beginning" takes one away, "column name a=1 b=2"
// adds a column with the values of rows by sourcedId, "drop name" takes one away.
func (p parcel) edit(t testing.TB, file, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "~":
			old, now, found := strings.Cut(rest, " => ")
			if !found || strings.Count(p[file], old) != 1 {
				t.Fatalf("edit %s: %q does not stand there once", file, line)
			}
			p[file] = strings.Replace(p[file], old, now, 1)
		case "+":
			p[file] += rest + "\n"
		case "-":
			p.remove(t, file, rest)
		case "column":
			p.column(t, file, strings.Fields(rest))
		case "drop":
			p.drop(t, file, rest)
		default:
			t.Fatalf("edit %s: unknown line %q", file, line)
		}
	}
}

// remove takes the one line away that begins with prefix.
func (p parcel) remove(t testing.TB, file, prefix string) {
	t.Helper()
	var kept strings.Builder
	removed := 0
	for line := range strings.Lines(p[file]) {
		if strings.HasPrefix(line, prefix) {
			removed++
			continue
		}
		kept.WriteString(line)
	}
	if removed != 1 {
		t.Fatalf("edit %s: %d lines begin with %q", file, removed, prefix)
	}
	p[file] = kept.String()
}

// column adds a column at the end.
func (p parcel) column(t testing.TB, file string, words []string) {
	t.Helper()
	if len(words) == 0 {
		t.Fatalf("edit %s: a column needs a name", file)
	}
	values := map[string]string{}
	for _, word := range words[1:] {
		id, value, _ := strings.Cut(word, "=")
		values[id] = value
	}
	var b strings.Builder
	for line := range strings.Lines(p[file]) {
		line = strings.TrimSuffix(line, "\n")
		id, _, _ := strings.Cut(line, ",")
		value := values[id]
		if b.Len() == 0 {
			value = words[0]
		}
		b.WriteString(line + "," + value + "\n")
	}
	p[file] = b.String()
}

// drop takes a column away. Its file has no cells with commas from there on.
func (p parcel) drop(t testing.TB, file, name string) {
	t.Helper()
	header, _, _ := strings.Cut(p[file], "\n")
	names := strings.Split(header, ",")
	fromEnd := 0
	for i, n := range names {
		if n == name {
			fromEnd = len(names) - i
		}
	}
	if fromEnd == 0 {
		t.Fatalf("edit %s: there is no column %s", file, strconv.Quote(name))
	}
	var b strings.Builder
	for line := range strings.Lines(p[file]) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		at := len(cells) - fromEnd
		b.WriteString(strings.Join(append(cells[:at:at], cells[at+1:]...), ",") + "\n")
	}
	p[file] = b.String()
}
