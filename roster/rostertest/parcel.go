package rostertest

import (
	"archive/zip"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/rostergate/rostergate/database/dbtest"
)

// Parcel is a package under construction: its files by name.
type Parcel map[string]string

// Read reads the files of a txtar archive.
func Read(t testing.TB, archive string) Parcel {
	t.Helper()
	found, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	p := Parcel{}
	for _, f := range found.Files {
		p[f.Name] = string(f.Data)
	}
	return p
}

// Folder writes the package into a new folder and returns its path.
func (p Parcel) Folder(t testing.TB) string {
	t.Helper()
	dir := dbtest.Folder(t)
	for name, content := range p {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Zip writes the package into a new zip, in a folder of it or, where that is
// empty, at its root, and returns its path.
func (p Parcel) Zip(t testing.TB, folder string) string {
	t.Helper()
	name := filepath.Join(dbtest.Folder(t), "package.zip")
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
