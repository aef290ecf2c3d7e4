package main_test

import (
	"context"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rostergate/rostergate/database"
)

// sql FILE STATEMENT runs a statement by hand, as nobody should: in a SQLite file, or
// in the story's database where that is on PostgreSQL.
func sql(ts *testscript.TestScript, _ bool, args []string) {
	url := ts.Getenv("ROSTERGATE_DATABASE")
	if url == "" {
		url = "sqlite:" + ts.MkAbs(args[0])
	}
	db, err := database.Open(context.Background(), url, database.Options{Connections: 1})
	ts.Check(err)
	defer func() { _ = db.Close() }()
	ts.Check(db.Write.Exec(args[1]).Error)
}
