package sample_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/sample"
)

// record is a line of a file: the cells by their headers.
type record map[string]string

// items is a cell that holds a list.
func (r record) items(header string) []string {
	if r[header] == "" {
		return nil
	}
	return strings.Split(r[header], ",")
}

// pack is a package as read back: the headers and records by file.
type pack struct {
	headers map[string][]string
	records map[string][]record
}

// write makes a district in a new folder and reads it with nothing but encoding/csv.
func write(t *testing.T, d sample.District) pack {
	t.Helper()
	dir := t.TempDir()
	if err := d.WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	p := pack{map[string][]string{}, map[string][]record{}}
	for name := range contents(t, dir) {
		p.read(t, dir, name)
	}
	return p
}

func (p pack) read(t *testing.T, dir, name string) {
	t.Helper()
	in, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	lines, err := csv.NewReader(in).ReadAll() // refuses lines of unequal width
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	stem := strings.TrimSuffix(name, ".csv")
	p.headers[stem] = lines[0]
	for _, line := range lines[1:] {
		r := record{}
		for i, cell := range line {
			r[lines[0][i]] = cell
		}
		p.records[stem] = append(p.records[stem], r)
	}
}

// by finds records by their sourcedId.
func (p pack) by(stem string) map[string]record {
	found := map[string]record{}
	for _, r := range p.records[stem] {
		found[r["sourcedId"]] = r
	}
	return found
}

// role lists the users of any of the roles.
func (p pack) role(roles ...string) []record {
	var found []record
	for _, u := range p.records["users"] {
		for _, role := range roles {
			if u["role"] == role {
				found = append(found, u)
			}
		}
	}
	return found
}

// contents is every file of a folder by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func entity(t *testing.T, plural string) catalog.Entity {
	t.Helper()
	e, ok := catalog.Find(plural)
	if !ok {
		t.Fatalf("the catalog has no %s", plural)
	}
	return e
}
