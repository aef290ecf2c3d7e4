package web_test

import (
	"bytes"
	"io/fs"
	"mime/multipart"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

// sent is a form of an upload, and what kind of form it is.
type sent struct {
	bytes.Buffer
	kind string
}

// zipped is the form with a zip.
func zipped(content []byte, dryRun bool) *sent {
	return form(dryRun, chosen{"package", "district.zip", string(content)})
}

// chosen is a file of a form, by the name that a browser sends.
type chosen struct{ field, name, text string }

// folder is the form with a folder. A browser sends the other chooser empty.
func folder(files ...chosen) *sent {
	return form(false, append([]chosen{{"package", "", ""}}, files...)...)
}

func form(dryRun bool, files ...chosen) *sent {
	b := &sent{}
	w := multipart.NewWriter(b)
	b.kind = w.FormDataContentType()
	if dryRun {
		_ = w.WriteField("dry_run", "on") // a Buffer takes everything
	}
	for _, f := range files {
		file, _ := w.CreateFormFile(f.field, f.name)
		_, _ = file.Write([]byte(f.text))
	}
	_ = w.Close()
	return b
}

// files are the files of a package as they are in the folder that a person chose.
func (p parcel) files() []chosen {
	var all []chosen
	for name, text := range p {
		all = append(all, chosen{"files", "district/" + name, text})
	}
	return all
}

func TestAFolderIsStoredHeldAndAcceptedAsAZipIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		hidden := []chosen{
			{"files", "district/.DS_Store", "x"}, {"files", "district/.users.csv", "x"}, {"files", "district/notes.txt", "x"},
		}
		taken := h.admin.submit(folder(append(district(t, 60).files(), hidden...)...))
		h.admin.ended(taken).shows(t, "Stored", "by admin@example.org")
		h.admin.ended(h.admin.upload(district(t, 60).zip(t), false)).shows(t, "Nothing new")

		held := h.admin.submit(folder(district(t, 20).files()...))
		a := h.admin.ended(held)
		a.shows(t, "Held", "Import anyway")
		if strings.Contains(a.body, h.Shelf.Folder) || len(h.kept()) != 1 {
			t.Errorf("the report names a folder, or kept is %q", h.kept())
		}
		h.admin.ended(h.admin.post(held.location+"/accept", url.Values{})).shows(t, "Stored")
		if kept := h.kept(); len(kept) != 0 {
			t.Errorf("kept: %q", kept)
		}
	})
}

// What a browser calls a file never says where it goes.
func TestAFolderIsKeptByPlainNamesAlone(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
	small := district(t, 20)
	files := small.files()
	for i, f := range files {
		if i%2 == 0 { // as a client says it that is no browser
			files[i].name = "../../" + filepath.Base(f.name)
		}
	}
	for _, name := range []string{
		"../escape.txt", "/etc/escape.txt", `..\escape.csv`, "a/..", "..", "/", ".csv", "a/.hidden.csv", strings.Repeat("x", 300) + ".csv", "a:b.csv",
	} {
		files = append(files, chosen{"files", name, "x"})
	}
	h.admin.ended(h.admin.submit(folder(files...))).shows(t, "Held")
	var want, got []string
	for name := range small {
		want = append(want, name)
	}
	err := filepath.WalkDir(filepath.Dir(h.Shelf.Folder), func(place string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if filepath.Dir(place) != h.kept()[0] {
				t.Errorf("a file is at %s", place)
			}
			got = append(got, d.Name())
		}
		return err
	})
	slices.Sort(want)
	slices.Sort(got)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("kept %q, wanted %q; %v", got, want, err)
	}
}
