package database_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"gorm.io/gorm"
)

func TestWhatPassesIsToldFromWhatDoesNot(t *testing.T) {
	for code, passes := range map[string]bool{
		"08006": true, "08P01": true, "53100": true, "53300": true, "57P01": true, "57P02": true, "57P03": true, "57014": true,
		"40001": true, "40P01": true, "25006": true, "55P03": true,
		"23505": false, "42P01": false, "42501": false, "22P02": false, "40002": false, "25P02": false, "": false, "1": false,
	} {
		err := fmt.Errorf("read: %w", &pgconn.PgError{Code: code})
		if database.Passing(err) != passes {
			t.Errorf("the code %q passes: %t, wanted %t", code, !passes, passes)
		}
	}
	for err, passes := range map[error]bool{
		context.DeadlineExceeded: true, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}: true,
		&net.OpError{Op: "listen", Err: syscall.EADDRINUSE}: false, &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}: false,
		errors.New("anything"): false, context.Canceled: false, gorm.ErrRecordNotFound: false, nil: false,
	} {
		if database.Passing(err) != passes {
			t.Errorf("%v passes: %t, wanted %t", err, !passes, passes)
		}
	}
}

func TestAServerThatEndsAConnectionPassesAndIsFoundAgain(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	var id int
	for _, handle := range []*gorm.DB{s.DB.Write, s.DB.Read} {
		err := handle.Exec("SELECT pg_terminate_backend(pg_backend_pid())").Error
		if !database.Passing(err) {
			t.Errorf("%v does not pass", err)
		}
		if err := handle.Raw("SELECT 1").Row().Scan(&id); err != nil {
			t.Errorf("the next statement does not find the server: %v", err)
		}
	}
}

func TestConnectionsToAServerThatTakesNoWritesAnyMoreAreNotLentAgain(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	pid := func() (pid int) {
		if err := s.DB.Read.Raw("SELECT pg_backend_pid()").Row().Scan(&pid); err != nil {
			t.Fatal(err)
		}
		return pid
	}
	before := pid()
	if now := pid(); now != before {
		t.Fatal("the pool does not lend one connection again and again: the test proves nothing")
	}
	err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SET TRANSACTION READ ONLY").Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM outbox").Error
	})
	if !database.Passing(err) {
		t.Errorf("%v does not pass", err)
	}
	if now := pid(); now == before {
		t.Error("a connection to the server that takes no writes was lent again")
	}
}

func TestASQLiteFileThatSomebodyElseWritesPasses(t *testing.T) {
	db, err := database.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Read.Exec("CREATE TABLE t (x)").Error; !database.Passing(err) {
		t.Errorf("a file that may not be written: %v does not pass", err)
	}
	if err := db.Write.Exec("SELECT nothing").Error; err == nil || database.Passing(err) {
		t.Errorf("a statement that is wrong: %v passes", err)
	}
}
