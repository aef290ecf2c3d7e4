package web_test

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
)

// A server that was killed leaves its package and says nothing more.
func TestThePackageOfALostImportIsThrownAwayAfterADay(t *testing.T) {
	now := time.Now()
	s := dbtest.New(t, database.SQLite)
	h := empty(t, s)
	leave := func(name string) string {
		t.Helper()
		place := filepath.Join(h.Uploads, name)
		if err := os.MkdirAll(filepath.Join(place, "package"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(place, now.Add(-25*time.Hour), now.Add(-25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Intake.Begin(ctx, intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload, Package: name}); err != nil {
			t.Fatal(err)
		}
		return place
	}
	h.Intake.Clock = func() time.Time { return now.Add(-time.Hour) }
	lost := []string{leave("upload-1")}
	h.Intake.Clock = func() time.Time { return now.Add(-30 * time.Minute) }
	lost = append(lost, leave("upload-2"))
	h.Intake.Clock = time.Now
	running := leave("upload-3")
	h.admin.get("/imports").shows(t, "Running", "Ended early")
	for _, place := range lost {
		if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is kept: %v", filepath.Base(place), err)
		}
	}
	if _, err := os.Stat(running); err != nil {
		t.Errorf("the package of an import that runs: %v", err)
	}
}

// Between an attempt that waits and the one that takes its package, the folder
// belongs to nobody.
func TestAPackageThatIsBeingAcceptedIsNoStray(t *testing.T) {
	h := empty(t, dbtest.New(t, database.SQLite))
	h.admin.ended(h.admin.upload(district(t, 60).zip(t), false))
	held := h.admin.upload(district(t, 20).zip(t), false)
	h.admin.ended(held)
	place := filepath.Dir(h.kept()[0])
	old := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(place, old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Intake.Begin(ctx, intake.Attempt{Actor: "ada@example.org", Origin: intake.Upload}); err != nil {
		t.Fatal(err)
	}
	if a := h.admin.post(held.location+"/accept", url.Values{}); a.status != http.StatusConflict {
		t.Errorf("accepted while another one runs: %d", a.status)
	}
	if info, err := os.Stat(place); err != nil || info.ModTime().Before(old.Add(24*time.Hour)) {
		t.Errorf("the folder is as old as it was: %v, %v", info, err)
	}
	h.admin.get(held.location).shows(t, "Import anyway")
}
