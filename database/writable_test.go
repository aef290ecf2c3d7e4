package database_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
)

func TestAFileThatTookTheDatabasesPlaceIsNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db, err := database.Open(context.Background(), "sqlite:"+path, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	is := func(want string) {
		t.Helper()
		err := db.Writable()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("the file is writable, but for %v; want %q", err, want)
		}
	}
	is("")
	if err := os.Rename(path, path+".kept"); err != nil {
		t.Fatal(err)
	}
	is("no such file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	is("another file")
	if err := os.Rename(path+".kept", path); err != nil {
		t.Fatal(err)
	}
	is("")
}

func TestAServersDatabaseIsWritableAsFarAsCanBeSeen(t *testing.T) {
	if err := dbtest.New(t, database.Postgres).DB.Writable(); err != nil {
		t.Error(err)
	}
}
