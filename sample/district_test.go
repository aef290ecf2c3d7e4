package sample_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/sample"
)

func TestTheSameNumbersGiveTheSameBytes(t *testing.T) {
	d := sample.District{Students: 300, Seed: 7}
	first, second := t.TempDir(), filepath.Join(t.TempDir(), "made", "on", "the", "way")
	var zipped, again bytes.Buffer
	for _, err := range []error{d.WriteDir(first), d.WriteDir(second), d.WriteZip(&zipped), d.WriteZip(&again)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !maps.Equal(contents(t, first), contents(t, second)) {
		t.Error("two folders of one district differ")
	}
	if !bytes.Equal(zipped.Bytes(), again.Bytes()) {
		t.Error("two zips of one district differ")
	}
	if !maps.Equal(contents(t, first), unzip(t, zipped.Bytes())) {
		t.Error("folder and zip of one district differ")
	}
}

func TestAFolderThatHeldAnotherDistrictHoldsThisOne(t *testing.T) {
	used, fresh := t.TempDir(), t.TempDir()
	for _, err := range []error{
		sample.District{Students: 400, Seed: 1}.WriteDir(used), sample.District{Students: 20, Seed: 2}.WriteDir(used),
		sample.District{Students: 20, Seed: 2}.WriteDir(fresh),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !maps.Equal(contents(t, used), contents(t, fresh)) {
		t.Error("something of the first district is left")
	}
}

func TestAnotherSeedIsAnotherDistrict(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	for dir, seed := range map[string]uint64{one: 1, two: 2} {
		if err := (sample.District{Students: 100, Seed: seed}).WriteDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"users.csv", "demographics.csv", "enrollments.csv", "classes.csv", "orgs.csv"} {
		if contents(t, one)[name] == contents(t, two)[name] {
			t.Errorf("%s is the same for two seeds", name)
		}
	}
}

func TestTheZipHasEveryFileAtItsRoot(t *testing.T) {
	var zipped bytes.Buffer
	if err := (sample.District{Students: 50}).WriteZip(&zipped); err != nil {
		t.Fatal(err)
	}
	want := []string{"manifest.csv"}
	for _, e := range catalog.Tables(catalog.V11) {
		want = append(want, e.File())
	}
	if got := slices.Sorted(maps.Keys(unzip(t, zipped.Bytes()))); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("the zip has %v", got)
	}
}

func TestANumberOfStudentsThatCannotBeIsRefused(t *testing.T) {
	for _, students := range []int{0, -1, 10_000_001} {
		d := sample.District{Students: students}
		dir := filepath.Join(t.TempDir(), "out")
		var zipped bytes.Buffer
		for _, err := range []error{d.WriteDir(dir), d.WriteZip(&zipped)} {
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(err), "students") {
				t.Errorf("%d students give %v", students, err)
			}
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) || zipped.Len() > 0 {
			t.Errorf("%d students wrote something", students)
		}
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	if err := (sample.District{Students: 500}).WriteZip(&disk{room: 40_000}); !errors.Is(err, errFull) {
		t.Errorf("a full disk gives %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (sample.District{Students: 5}).WriteDir(file); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestHeadersAreTheCatalogsAndThenMetadata(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 3})
	for _, e := range catalog.Tables(catalog.V11) {
		var want []string
		for _, f := range e.Columns(catalog.V11) {
			want = append(want, f.Header())
		}
		got := p.headers[e.Plural]
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%s has the header %v", e.File(), got)
			continue
		}
		for _, h := range got[len(want):] {
			if key, ok := strings.CutPrefix(h, "metadata."); !ok || key == "" || !e.Metadata {
				t.Errorf("%s has the column %s", e.File(), h)
			}
		}
	}
}

func TestEveryColumnHasValuesButWhatMustBeBlankInBulk(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 3})
	for _, e := range catalog.Tables(catalog.V11) {
		for _, header := range p.headers[e.Plural] {
			filled := slices.ContainsFunc(p.records[e.Plural], func(r record) bool { return r[header] != "" })
			blank := header == "status" || header == "dateLastModified" || header == "title" && e.Plural == "classResources"
			if filled == blank {
				t.Errorf("%s: %s has values: %v", e.File(), header, filled)
			}
		}
	}
}

func TestTheManifestSaysWhatIsThere(t *testing.T) {
	p := write(t, sample.District{Students: 50})
	got := map[string]string{}
	for _, r := range p.records["manifest"] {
		got[r["propertyName"]] = r["value"]
	}
	want := map[string]string{
		"manifest.version": "1.0", "oneroster.version": "1.1",
		"source.systemName": "Rostergate sample district", "source.systemCode": "sample",
		"file.categories": "absent", "file.lineItems": "absent", "file.results": "absent",
	}
	for _, e := range catalog.Tables(catalog.V11) {
		want["file."+e.Plural] = "bulk"
	}
	if len(p.records["manifest"]) != len(want) || !maps.Equal(got, want) {
		t.Errorf("the manifest says %v", got)
	}
}

func TestEveryFileIsCleanText(t *testing.T) {
	dir := t.TempDir()
	if err := (sample.District{Students: 2000, Seed: 5}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	blanks := regexp.MustCompile(`(^|,)[ \t]|[ \t](,|$)|[\r\t\x00]|\x{FEFF}`)
	for name, text := range contents(t, dir) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
			t.Errorf("%s is not UTF-8", name)
		}
		for n, line := range strings.Split(text, "\n") {
			if strings.Count(line, `"`)%2 != 0 {
				t.Errorf("%s line %d: a cell is broken over two lines", name, n+1)
			}
			if bad := blanks.FindString(outsideQuotes(line)); bad != "" {
				t.Errorf("%s line %d holds %q", name, n+1, bad)
			}
		}
	}
}

func TestADistrictIsWrittenInLittleMemory(t *testing.T) {
	w := &witness{}
	if err := (sample.District{Students: 10_000, Seed: 1}).WriteZip(w); err != nil {
		t.Fatal(err)
	}
	if w.heap > 32<<20 {
		t.Errorf("the heap grew to %d MB", w.heap>>20)
	}
}

// witness looks at what is in use of the heap whenever it is written to.
type witness struct{ heap uint64 }

func (w *witness) Write(p []byte) (int, error) {
	var m runtime.MemStats
	runtime.GC() // what is garbage counts for nothing
	runtime.ReadMemStats(&m)
	w.heap = max(w.heap, m.HeapAlloc)
	return len(p), nil
}

var errFull = errors.New("no room")

// disk has room for so many bytes.
type disk struct{ room int }

func (d *disk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// outsideQuotes is the line without its quoted cells.
func outsideQuotes(line string) string {
	parts := strings.Split(line, `"`)
	for i := range parts {
		if i%2 == 1 {
			parts[i] = "x"
		}
	}
	return strings.Join(parts, "")
}

func unzip(t *testing.T, data []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[f.Name]; twice || f.Modified.IsZero() {
			t.Errorf("%s is there twice or has no time", f.Name)
		}
		files[f.Name] = string(text)
	}
	return files
}
