package endurance_test

import (
	"os"
	"path/filepath"
	"time"

	"github.com/rostergate/rostergate/database"
)

// holdImport keeps imports in the middle of their transaction, behind the last row of
// a record: on PostgreSQL as long as the outbox is locked, on SQLite by a trigger that
// counts without an end. It returns how to wait until an import is there, and how to
// let the next ones pass.
func (h *house) holdImport() (held, release func()) {
	h.t.Helper()
	if h.dialect == database.Postgres {
		onlooker, release := h.holdTable("outbox")
		return func() { h.t.Helper(); blocked(h.t, onlooker, "outbox") }, release
	}
	h.alter("CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
		"CREATE TRIGGER hold BEFORE INSERT ON outbox BEGIN SELECT count(*) FROM endless; END")
	return func() { h.t.Helper(); h.logStandsStill() }, func() { h.alter("DROP TRIGGER hold", "DROP VIEW endless") }
}

// alter changes the store's schema.
func (h *house) alter(statements ...string) {
	h.t.Helper()
	db := h.open()
	defer func() { _ = db.Close() }()
	for _, statement := range statements {
		if err := db.Write.Exec(statement).Error; err != nil {
			h.t.Fatal(err)
		}
	}
}

// logStandsStill waits until the log of a SQLite store has grown and grows no more.
func (h *house) logStandsStill() {
	h.t.Helper()
	var last int64
	var since time.Time
	within(h.t, "the import writes and is held", func() bool {
		info, err := os.Stat(filepath.Join(h.data, "rostergate.db-wal"))
		if err != nil || info.Size() != last {
			since = time.Now()
		}
		if err == nil {
			last = info.Size()
		}
		return last > 256<<10 && time.Since(since) > 300*time.Millisecond
	})
}
