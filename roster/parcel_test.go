package roster_test

import (
	"archive/zip"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// parcel is a CSV package under construction: its files by name.
type parcel map[string]string

// base is the flawless package of testdata/base.txtar.
func base(t testing.TB) parcel {
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

// zip writes the package into a new zip, in a folder of it or at its root, and
// returns its path.
func (p parcel) zip(t testing.TB, folder string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "package.zip")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	archive := zip.NewWriter(f)
	for _, file := range slices.Sorted(maps.Keys(p)) {
		entry, err := archive.Create(folder + file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(p[file])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// edit changes a file by the lines of an edit section.
func (p parcel) edit(t *testing.T, file, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "~":
			old, now, found := strings.Cut(rest, " => ")
			if old, now = unquoted(t, old), unquoted(t, now); !found || strings.Count(p[file], old) != 1 {
				t.Fatalf("edit %s: %q does not stand there once", file, line)
			}
			p[file] = strings.Replace(p[file], old, now, 1)
		case "+":
			p[file] += unquoted(t, rest) + "\n"
		case "-":
			p[file] = without(t, p[file], rest)
		case "bom":
			p[file] = "\ufeff" + p[file]
		case "crlf":
			p[file] = strings.ReplaceAll(p[file], "\n", "\r\n")
		case "gone":
			delete(p, file)
		default:
			t.Fatalf("edit %s: unknown line %q", file, line)
		}
	}
}

// without removes the one line that begins with prefix.
func without(t *testing.T, text, prefix string) string {
	t.Helper()
	var kept []string
	removed := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			removed++
			continue
		}
		kept = append(kept, line)
	}
	if removed != 1 {
		t.Fatalf("edit: %d lines begin with %q", removed, prefix)
	}
	return strings.Join(kept, "")
}

// unquoted reads a text, which may be written as a Go string.
func unquoted(t *testing.T, text string) string {
	t.Helper()
	if !strings.HasPrefix(text, `"`) {
		return text
	}
	plain, err := strconv.Unquote(text)
	if err != nil {
		t.Fatalf("%s is not a Go string", text)
	}
	return plain
}
