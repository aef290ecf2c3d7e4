package bundle

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// packages are a folder and a zip of the same two files.
func packages(t *testing.T, users string) (folder, archive string) {
	t.Helper()
	folder, archive = t.TempDir(), filepath.Join(t.TempDir(), "district.zip")
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(out)
	for name, text := range map[string]string{"manifest.csv": "propertyName,value\n", "users.csv": users} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		entry, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return folder, archive
}

func opened(t *testing.T, place string) *Bundle {
	t.Helper()
	b, err := Open(place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func contents(t *testing.T, b *Bundle) (contents, checksums string) {
	t.Helper()
	contents, checksums, err := b.Contents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return contents, checksums
}

func TestAFolderAndAZipOfTheSameFilesAreTheSamePackage(t *testing.T) {
	folder, archive := packages(t, "sourcedId\nana\n")
	one, other := opened(t, folder), opened(t, archive)
	told, known := other.Checksums()
	if _, early := one.Checksums(); early || !known {
		t.Errorf("checksums before a reading: of the folder %t, of the zip %t", early, known)
	}
	sum, crcs := contents(t, one)
	otherSum, otherCRCs := contents(t, other)
	if one.Outline() != other.Outline() || sum != otherSum || crcs != otherCRCs || crcs != told {
		t.Errorf("outlines %s and %s, contents %s and %s, checksums %s, %s and %s", one.Outline(), other.Outline(), sum, otherSum, crcs, otherCRCs, told)
	}
}

func TestPackagesAreToldApartBeforeTheyAreRead(t *testing.T) {
	folder, archive := packages(t, "sourcedId\nana\n")
	longer, _ := packages(t, "sourcedId\nanna\n")
	_, changed := packages(t, "sourcedId\nben\n")
	if opened(t, folder).Outline() == opened(t, longer).Outline() {
		t.Error("a size does not show")
	}
	one, other := opened(t, archive), opened(t, changed)
	first, _ := one.Checksums()
	second, _ := other.Checksums()
	if one.Outline() != other.Outline() || first == second {
		t.Error("of two zips with files of the same sizes, the CRCs do not show")
	}
}

func TestAFileThatIsNotTheSameTwiceIsNoContents(t *testing.T) {
	folder, _ := packages(t, "sourcedId\nana\n")
	b := opened(t, folder)
	contents(t, b)
	if err := os.WriteFile(filepath.Join(folder, "users.csv"), []byte("sourcedId\nben\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSheet(b, "users.csv")
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = s.Next()
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if sum, _, err := b.Contents(t.Context()); err == nil {
		t.Errorf("the contents are %s", sum)
	}
}

func TestAPackageStandsUntilAFileOfItIsWritten(t *testing.T) {
	folder, archive := packages(t, "sourcedId\nana\n")
	for _, c := range []struct{ place, file string }{{folder, filepath.Join(folder, "users.csv")}, {archive, archive}} {
		b := opened(t, c.place)
		if !b.Stands() {
			t.Errorf("%s does not stand", c.place)
		}
		later := time.Now().Add(time.Hour)
		if err := os.Chtimes(c.file, later, later); err != nil {
			t.Fatal(err)
		}
		if b.Stands() {
			t.Errorf("%s stands, though it was written", c.place)
		}
	}
}
