package roster_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

// entry is one entry of a zip as somebody might have made it.
type entry struct {
	zip.FileHeader
	text string
	raw  bool // the header is written as it is, whatever it claims
}

func plain(name, text string) entry {
	return entry{FileHeader: zip.FileHeader{Name: name, Method: zip.Deflate}, text: text}
}

// claiming is an entry whose header says what it likes.
func claiming(h zip.FileHeader) entry {
	return entry{FileHeader: h, text: "x", raw: true}
}

// entries are those of a package, each put where place says.
func entries(p parcel, place func(string) string) []entry {
	var all []entry
	for name, text := range p {
		all = append(all, plain(place(name), text))
	}
	return all
}

func archive(t *testing.T, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		create := w.CreateHeader
		if e.raw {
			create = w.CreateRaw
		}
		f, err := create(&e.FileHeader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func link() entry {
	e := plain("users.csv", "/etc/hostname")
	e.SetMode(fs.ModeSymlink | 0o777)
	return e
}

// flip damages the content of the first file, behind its header of 30 bytes and
// its name.
func flip(zipped []byte) []byte {
	damaged := bytes.Clone(zipped)
	for i := 60; i < 80; i++ {
		damaged[i] ^= 0x55
	}
	return damaged
}

func TestAZipThatNoExporterWritesIsRefused(t *testing.T) {
	good := base(t)
	same := func(name string) string { return name }
	with := func(extra ...entry) []byte { return archive(t, append(entries(good, same), extra...)) }
	cases := []struct {
		name   string
		zipped []byte
		want   string
	}{
		{"empty", nil, "neither a folder nor a zip"},
		{"text", []byte(good["users.csv"]), "neither a folder nor a zip"},
		{"truncated", with()[:500], "neither a folder nor a zip"},
		{"in two folders", with(plain("more/resources.csv", "sourcedId\n")), "in several folders"},
		{"above itself", with(plain("../users.csv", "x")), "points outside"},
		{"rooted", with(plain("/etc/users.csv", "x")), "points outside"},
		{"with a backslash", with(plain(`..\users.csv`, "x")), "points outside"},
		{"with a backslash in the middle", with(plain(`a\..\..\users.csv`, "x")), "points outside"},
		{"on a drive", with(plain(`C:\users.csv`, "x")), "points outside"},
		{"of another server", with(plain(`\\server\users.csv`, "x")), "points outside"},
		{"in two folders by backslashes", with(plain(`more\resources.csv`, "sourcedId\n")), "in several folders"},
		{"of AES", with(claiming(zip.FileHeader{Name: "resources.csv", Method: 99, CompressedSize64: 1, UncompressedSize64: 1})), "is encrypted"},
		{"of LZMA", with(claiming(zip.FileHeader{Name: "resources.csv", Method: 14, CompressedSize64: 1, UncompressedSize64: 1})), "is compressed by LZMA"},
		{"of Deflate64", with(claiming(zip.FileHeader{Name: "resources.csv", Method: 9, CompressedSize64: 1, UncompressedSize64: 1})), "is compressed by Deflate64"},
		{"of an unknown method", with(claiming(zip.FileHeader{Name: "resources.csv", Method: 77, CompressedSize64: 1, UncompressedSize64: 1})), "a method of number 77"},
		{"of a zip of a zip", archive(t, []entry{plain("a.zip", string(archive(t, []entry{plain("b.zip", string(with()))})))}), "holds a zip that holds a zip"},
		{"of a zip that is cut off", archive(t, []entry{plain("a.zip", string(with()[:500]))}), "holds a zip that cannot be read"},
		{"of a zip with a bomb", archive(t, []entry{plain("a.zip", string(with(plain("resources.csv", strings.Repeat("0", 4<<20)))))}), "inflates more than"},
		{"with a link", archive(t, []entry{link()}), "no plain file"},
		{"with one name twice", with(plain("users.csv", good["users.csv"])), "two files of one name"},
		{"encrypted", with(claiming(zip.FileHeader{Name: "resources.csv", Flags: 1, CompressedSize64: 1, UncompressedSize64: 1})), "is encrypted"},
		{"bomb by ratio", with(plain("resources.csv", strings.Repeat("0", 4<<20))), "inflates more than"},
		{"bomb by size", with(claiming(zip.FileHeader{Name: "resources.csv", CompressedSize64: 1 << 30, UncompressedSize64: 33 << 30})), "inflates to more than"},
		{"bomb by number", archive(t, many(1001)), "more than 1000 entries"},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		for _, c := range cases {
			name := filepath.Join(t.TempDir(), "package.zip")
			if err := os.WriteFile(name, c.zipped, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, r, c.name, name, c.want)
		}
		refused(t, r, "nowhere", filepath.Join(t.TempDir(), "package.zip"), "it is not there")
	})
}

func many(n int) []entry {
	var all []entry
	for i := range n {
		all = append(all, plain(fmt.Sprintf("%d.csv", i), ""))
	}
	return all
}

// refused checks that a package is refused with a single fatal problem.
func refused(t *testing.T, r *rostertest.Rooms, name, place, want string) {
	t.Helper()
	before := take(t, r.Roster.DB)
	report, err := r.Import(context.Background(), place, intake.Options{AcceptHold: true})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if report.Verdict != intake.Rejected || len(report.Problems) != 1 || report.Problems[0].Severity != bundle.Fatal ||
		!strings.Contains(report.Problems[0].Problem, want) {
		t.Errorf("%s: %s with %+v, not refused for %q", name, report.Verdict, report.Problems, want)
	}
	take(t, r.Roster.DB).succeeds(t, before, false)
}

func TestADamagedEntryIsAProblemOfThePackage(t *testing.T) {
	good := base(t)
	manifest := plain("manifest.csv", good["manifest.csv"])
	delete(good, "manifest.csv")
	short := zip.FileHeader{Name: "manifest.csv", CompressedSize64: uint64(len(manifest.text)), UncompressedSize64: 20}
	cases := []struct {
		name   string
		zipped []byte
	}{
		{"flipped bytes", flip(archive(t, []entry{manifest}))},
		{"a false checksum and size", archive(t, []entry{{FileHeader: short, text: manifest.text, raw: true}})},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for _, c := range cases {
			name := filepath.Join(t.TempDir(), "package.zip")
			if err := os.WriteFile(name, c.zipped, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, rostertest.Open(s.DB, s.Ledger, time.Now), c.name, name, "is damaged inside the zip")
		}
	})
}

func TestAZipThatIsWrappedIsReadAndTold(t *testing.T) {
	good := base(t)
	in := func(folder string) []entry {
		return entries(good, func(name string) string { return folder + name })
	}
	const folder, inner = "warning manifest.csv: the files lie in a folder of the zip", "warning manifest.csv: the files lie in a zip within the zip"
	const beside = "warning manifest.csv: other folders of the zip have files, which were ignored"
	cases := []struct {
		name    string
		entries []entry
		want    []string
	}{
		{"in a folder", append(in("export/2025/"), plain("__MACOSX/export/2025/._users.csv", "x"), plain("export/.DS_Store", "x"), plain("export/2025/", "")), []string{folder}},
		{"in a folder of Windows", append(in(`export\2025\`), plain(`export\2025\`, "")), []string{folder}},
		{"in both ways", append(entries(parcel{"users.csv": good["users.csv"]}, func(name string) string { return `export/` + name }),
			entries(lacking(good, "users.csv"), func(name string) string { return `export\` + name })...), []string{folder}},
		{"in a folder beside others", append(in("export/2025/"), plain("export/readme.txt", "x"), plain("pictures/ana.jpg", "x")), []string{folder, beside}},
		{"at the root beside a folder", append(in(""), plain("notes/readme.txt", "x")), []string{beside}},
		{"in a zip", []entry{plain("Export.ZIP", string(archive(t, in(""))))}, []string{inner}},
		{"in a folder of a zip in a folder", []entry{plain("a/b.zip", string(archive(t, in("c/"))))}, []string{folder, inner}},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		for i, c := range cases {
			name := filepath.Join(t.TempDir(), "package.zip")
			if err := os.WriteFile(name, archive(t, c.entries), 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(context.Background(), name, intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, p := range report.Problems {
				told = append(told, problem(p))
			}
			want := intake.Unchanged
			if i == 0 {
				want = intake.Stored
			}
			if report.Verdict != want || !slices.Equal(told, c.want) {
				t.Errorf("%s: %s with %q", c.name, report.Verdict, told)
			}
		}
	})
}

// lacking is a package that lacks a file.
func lacking(p parcel, file string) parcel {
	fewer := maps.Clone(p)
	delete(fewer, file)
	return fewer
}

func TestOnlyTheFilesOfAFolderAreRead(t *testing.T) {
	dir := base(t).Folder(t)
	if err := os.Mkdir(filepath.Join(dir, "resources.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "results.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".DS_Store"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		report, err := rostertest.Open(s.DB, s.Ledger, time.Now).Import(context.Background(), dir, intake.Options{})
		if err != nil || report.Verdict != intake.Stored || len(report.Problems) != 0 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

func TestARowWithoutEndIsNotReadToItsEnd(t *testing.T) {
	p := base(t)
	p["users.csv"] += `zoe,,,true,oak,student,"` + strings.Repeat("zoe,\n", 1<<20)
	dir := p.Folder(t)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		refused(t, rostertest.Open(s.DB, s.Ledger, time.Now), "a quotation mark that is never closed", dir, "more than a mebibyte")
	})
}
