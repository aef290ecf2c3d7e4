package web_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/sample"
)

// parcel is a CSV package by the names of its files.
type parcel map[string]string

func district(t *testing.T, students int) parcel {
	t.Helper()
	dir := dbtest.Folder(t)
	if err := (sample.District{Students: students, Seed: 1}).WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	p := parcel{}
	err := filepath.WalkDir(dir, func(place string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(place)
		p[filepath.Base(place)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p parcel) zip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range p {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload sends a zip as the form does, and is the answer to that.
func (g *guest) upload(content []byte, dryRun bool) answer {
	g.house.t.Helper()
	return g.submit(zipped(content, dryRun))
}

func (g *guest) submit(b *sent) answer {
	g.house.t.Helper()
	return g.bring("/imports", b.kind, b)
}

// bring sends a form that brings a file.
func (g *guest) bring(path, kind string, form io.Reader) answer {
	t := g.house.t
	t.Helper()
	res, err := g.Post(g.house.URL+path, kind, form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body bytes.Buffer
	_, _ = body.ReadFrom(res.Body)
	return answer{status: res.StatusCode, location: res.Header.Get("Location"), header: res.Header, body: body.String()}
}

// ended is the report of an upload that was taken.
func (g *guest) ended(taken answer) answer {
	t := g.house.t
	t.Helper()
	if taken.status != http.StatusSeeOther {
		t.Fatalf("the upload was not taken: %d\n%s", taken.status, words(taken.body))
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-time.After(10 * time.Millisecond) {
		if a := g.get(taken.location); a.header.Get("Refresh") == "" {
			return a
		}
	}
	t.Fatal("the import does not end")
	return answer{}
}

// actions are what the ledger's changes did, the newest first.
func (h *house) actions(question audit.Question) []audit.Entry {
	h.t.Helper()
	if _, err := h.Ledger.Sequence(ctx); err != nil {
		h.t.Fatal(err)
	}
	entries, err := h.Ledger.Latest(ctx, audit.KindChange, question, 20)
	if err != nil {
		h.t.Fatal(err)
	}
	return entries
}

func TestAnUploadIsTriedThenStoredThenHeldThenAccepted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		content := district(t, 60).zip(t)
		h.admin.ended(h.admin.upload(content, true)).shows(t, "Dry run: would be stored", "Would be added")
		if done := h.actions(audit.Question{Action: "import"}); len(done) != 0 {
			t.Errorf("trying is on record as an import: %+v", done)
		}
		h.admin.ended(h.admin.upload(content, false)).shows(t, "Stored", "by admin@example.org")
		h.admin.ended(h.admin.upload(content, false)).shows(t, "Nothing new")

		taken := h.admin.upload(district(t, 20).zip(t), false)
		h.admin.ended(taken).shows(t, "Held", "Import anyway", "Nothing was stored")
		if held := h.actions(audit.Question{Action: "import.held"}); len(held) != 1 || held[0].Actor != "admin@example.org" {
			t.Errorf("on record of the hold: %+v", held)
		}
		accepted := h.admin.post(taken.location+"/accept", url.Values{})
		h.admin.ended(accepted).shows(t, "Stored")
		if again := h.admin.post(taken.location+"/accept", url.Values{}); again.status != http.StatusConflict {
			t.Errorf("accepted twice: %d", again.status)
		}
		if done := h.actions(audit.Question{Action: "import"}); len(done) != 2 || done[0].Actor != "admin@example.org" || !strings.Contains(string(done[0].After), `"accepted_hold":true`) {
			t.Errorf("on record of the imports: %+v", done)
		}
		h.admin.get("/imports").shows(t, " imports that were tried", "Held, then imported", "Stored", "Dry run: would be stored", "Nothing new")
	})
}

func TestAReportNamesPlacesAndNeverShowsValuesOrFolders(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	p := district(t, 60)
	const hostile = `<b>=1+1`
	header, rows, _ := strings.Cut(p["orgs.csv"], "\n")
	p["orgs.csv"] = header + "\n" + rows + strings.Repeat(hostile+",", strings.Count(header, ",")) + hostile + "\n"
	taken := h.admin.upload(p.zip(t), false)
	a := h.admin.ended(taken)
	a.shows(t, "orgs.csv", "Problems by cause")
	if strings.Contains(a.body, "<b>") || strings.Contains(a.body, "1+1") {
		t.Errorf("the report shows a value\n%s", words(a.body))
	}
	list := h.admin.get(taken.location + "/problems")
	list.shows(t, "severity,file,line,column,problem,remedy", "orgs.csv")
	if strings.Contains(list.body, hostile) {
		t.Error("the download shows a value")
	}

	a = h.admin.ended(h.admin.upload([]byte("no zip at all"), false))
	a.shows(t, "Refused", "Package refused")
	if strings.Contains(a.body, `class="stats"`) {
		t.Errorf("what was not read is counted\n%s", words(a.body))
	}
	if strings.Contains(a.body, os.TempDir()) || strings.Contains(a.body, dbtest.Place()) || strings.Contains(a.body, h.Shelf.Folder) || strings.Contains(a.body, "upload-") {
		t.Errorf("the report names a folder\n%s", words(a.body))
	}
	if refused := h.actions(audit.Question{Action: "import.refused"}); len(refused) == 0 {
		t.Error("the refusal is not on record")
	}
}

func TestAnAuditorReadsReportsAndUploadsNothing(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	auditor := h.signedIn("auditor@example.org", people.Auditor)
	content := district(t, 20).zip(t)
	if a := auditor.upload(content, true); a.status != http.StatusForbidden {
		t.Errorf("an auditor uploads: %d", a.status)
	}
	taken := h.admin.upload(content, false)
	auditor.ended(taken).shows(t, "Stored")
	a := auditor.get("/imports")
	if strings.Contains(a.body, `type="file"`) {
		t.Error("an auditor is offered an upload")
	}
	if strings.Contains(a.body, "parentheses") {
		t.Error("parentheses are explained where there are none")
	}
}

func TestAnUploadThatIsNoneSaysWhatToDo(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	for name, a := range map[string]answer{
		"no file":          h.admin.post("/imports", url.Values{"dry_run": {"on"}}),
		"empty file":       h.admin.upload(nil, false),
		"nothing chosen":   h.admin.submit(folder()),
		"no CSV":           h.admin.submit(folder(chosen{"files", "district/.DS_Store", "x"}, chosen{"files", "district/read.me", "x"})),
		"two of one name":  h.admin.submit(folder(chosen{"files", "a/users.csv", "x"}, chosen{"files", "a/b/Users.csv", "y"})),
		"too many files":   h.admin.submit(folder(slices.Repeat([]chosen{{"files", "a/x.txt", "x"}}, 1001)...)),
		"zip and folder":   h.admin.submit(form(false, chosen{"package", "x.zip", "x"}, chosen{"files", "a/users.csv", "x"})),
		"folder and a zip": h.admin.submit(form(false, chosen{"files", "a/users.csv", "x"}, chosen{"package", "x.zip", "x"})),
	} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `class="problem"`) {
			t.Errorf("%s: %d\n%s", name, a.status, words(a.body))
		}
	}
	if kept, err := os.ReadDir(h.Shelf.Folder); len(kept) != 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("kept of what was not taken: %v, %v", kept, err)
	}
	for _, path := range []string{"/imports/99", "/imports/x", "/imports/99/problems"} {
		if a := h.admin.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// kept are the packages in the folder of uploads.
func (h *house) kept() []string {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.Shelf.Folder, "*", "*"))
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

func TestTheHistoryAndAHeldPackageOutliveTheServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		h := empty(t, s)
		h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
		held := h.admin.upload(district(t, 20).zip(t), false)
		h.admin.ended(held).shows(t, "Held, waits")
		refused := h.admin.upload([]byte("no zip"), false)
		h.admin.ended(refused).shows(t, "Refused")
		if kept := h.kept(); len(kept) != 1 {
			t.Errorf("kept: %q", kept)
		}

		next := h.again(s)
		next.admin.get("/").shows(t, "Import 2", "It would change more than usual")
		next.admin.get("/imports").shows(t, "Refused", "Held, waits", "Stored", "admin@example.org")
		next.admin.get(refused.location).shows(t, "Package refused")
		next.admin.get(refused.location+"/problems").shows(t, "severity,file,line")
		next.admin.get(held.location).shows(t, "Import anyway", "The package waits until")
		accepted := next.admin.post(held.location+"/accept", url.Values{})
		next.admin.ended(accepted).shows(t, "Stored", "accepting a hold", "This package changed more than usual")
		if a := h.admin.post(held.location+"/accept", url.Values{}); a.status != http.StatusConflict {
			t.Errorf("accepted by two servers: %d", a.status)
		}
		if kept := h.kept(); len(kept) != 0 {
			t.Errorf("kept: %q", kept)
		}
	})
}

func TestAHeldPackageIsThrownAwayByAPersonOrAfterAWeek(t *testing.T) {
	now := time.Now()
	s := dbtest.New(t, database.SQLite)
	h := empty(t, s)
	h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
	first, second := h.admin.upload(district(t, 20).zip(t), false), answer{}
	h.admin.ended(first)
	second = h.admin.upload(district(t, 20).zip(t), false)
	h.admin.ended(second)
	if a := h.admin.post(first.location+"/discard", url.Values{}); a.status != http.StatusSeeOther || len(h.kept()) != 1 {
		t.Errorf("thrown away: %d, kept %q", a.status, h.kept())
	}
	discarded := h.admin.get(first.location)
	discarded.shows(t, "Discarded", "This package was discarded", "Would be removed")
	if strings.Contains(discarded.body, "Import anyway") {
		t.Error("what was discarded can be stored")
	}

	h.Clock = func() time.Time { return now.Add(8 * 24 * time.Hour) }
	if err := os.Chtimes(filepath.Dir(h.kept()[0]), now.Add(-25*time.Hour), now.Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	h.admin.get("/imports").shows(t, "Discarded", "Held, expired")
	if kept := h.kept(); len(kept) != 0 {
		t.Errorf("after a week: %q", kept)
	}
	h.admin.get(second.location).shows(t, "This package was held until it expired")
	if a := h.admin.post(second.location+"/accept", url.Values{}); a.status != http.StatusConflict {
		t.Errorf("accepted after a week: %d", a.status)
	}
}

func TestAHeldPackageOfAnotherServerIsSaidToBeThere(t *testing.T) {
	s := dbtest.New(t, database.SQLite)
	h := empty(t, s)
	h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
	held := h.admin.upload(district(t, 20).zip(t), false)
	h.admin.ended(held)
	folder := h.Shelf.Folder
	h.Shelf.Folder = dbtest.Folder(t)
	away := h.again(s)
	h.Shelf.Folder = folder
	away.admin.get(held.location).shows(t, "waits on another server")
	if a := away.admin.post(held.location+"/accept", url.Values{}); a.status != http.StatusConflict {
		t.Errorf("accepted where it is not: %d", a.status)
	}
	h.admin.ended(h.admin.post(held.location+"/accept", url.Values{})).shows(t, "Stored")
}
