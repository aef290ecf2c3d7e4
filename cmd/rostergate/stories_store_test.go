package main_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/migrations"
)

// probe STATUS PATH asks the server for a path as nobody. The body is stdout.
func probe(ts *testscript.TestScript, _ bool, args []string) {
	answer, err := http.Get(ts.Getenv("URL") + args[1])
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
	if fmt.Sprint(answer.StatusCode) != args[0] {
		ts.Fatalf("the status is %d, wanted %s: %s", answer.StatusCode, args[0], body)
	}
}

// newer SET writes into the store, or the ledger, what a much newer build would.
func newer(ts *testscript.TestScript, _ bool, args []string) {
	set := migrations.Set(args[0])
	ts.Check(bringForward(storeOf(ts), set))
}

// storeOf is the URL of the story's store.
func storeOf(ts *testscript.TestScript) string {
	if url := ts.Getenv("ROSTERGATE_DATABASE"); url != "" {
		return url
	}
	return "sqlite:" + ts.Getenv("ROSTERGATE_DATA") + "/rostergate.db"
}

// execIn runs a statement in the database of a set, of a store that a URL names.
func execIn(url string, set migrations.Set, statement string, args ...any) error {
	if set == migrations.Ledger {
		url = strings.Replace(url, "rostergate.db", "rostergate-ledger.db", 1) // a file of its own on SQLite
	}
	db, err := database.Open(context.Background(), url, database.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Write.Exec(statement, args...).Error
}
