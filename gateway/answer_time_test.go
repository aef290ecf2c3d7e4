package gateway_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// An answer that takes too long is given up: the app gets nothing, in time, and
// nothing is on record as sent.
func TestAnAnswerThatTakesTooLongIsNone(t *testing.T) {
	t.Parallel()
	const most = 4 * time.Second
	d := gatewaytest.StartWith(t, dbtest.New(t, database.Postgres), cedar(t).Folder(t), gatewaytest.AnswerTime(most))
	c := d.As("amplify")
	want(t, c.Get("/users"), 200)
	locked := d.Store.DB.Write.Begin()
	for _, statement := range []string{
		"SET LOCAL idle_in_transaction_session_timeout = '1min'", // so that the test ends where the limit does not hold
		"LOCK TABLE users IN ACCESS EXCLUSIVE MODE",
	} {
		if err := locked.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	asked := time.Now()
	for _, path := range []string{"/users?limit=3", "/users?limit=3&filter=givenName~'a'"} {
		a := want(t, c.Get(path), 503)
		if len(a.Raw) != 0 || a.Header.Get("Retry-After") == "" || a.Header.Get("X-Total-Count") != "" {
			t.Errorf("%s: the answer is %v %s", path, a.Header, a.Raw)
		}
	}
	if took := time.Since(asked); took < 2*most || took > time.Minute {
		t.Errorf("two answers were given up after %v, %v is the limit of each", took, most)
	}
	if err := locked.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	var sent int64
	if err := d.Store.Ledger.Read.Table("ledger_entries").Where("kind = 'disclosure' AND count = 3").Count(&sent).Error; err != nil || sent != 0 {
		t.Errorf("%d disclosures of it are on record (%v)", sent, err)
	}
	want(t, c.Get("/users?limit=3"), 200) // the server is well
}
