package roster_test

import (
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster"
)

// An id that was given stands for its record for good.
func TestTheHighestIDNeverFallsWhoeverRaisesItMeanwhile(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	raise := func(to int) {
		if err := s.DB.Write.Exec("INSERT INTO entity_ids (entity, last_id) VALUES ('users', ?) ON CONFLICT (entity) DO UPDATE SET last_id = excluded.last_id", to).Error; err != nil {
			t.Error(err)
		}
	}
	raise(1000)
	var once sync.Once
	slow, err := database.Open(t.Context(), s.URL, database.Options{Trace: func(sql string, _ []any) {
		if strings.HasPrefix(sql, `INSERT INTO "entity_ids"`) {
			once.Do(func() { raise(2000) }) // as an import does that is stored just now
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	err = slow.Write.Transaction(func(tx *gorm.DB) error { return roster.SkipIDs(tx, map[string]uint32{"users": 1500}) })
	if err != nil {
		t.Fatal(err)
	}
	var last int
	if err := s.DB.Read.Raw("SELECT last_id FROM entity_ids WHERE entity = 'users'").Row().Scan(&last); err != nil || last != 2000 {
		t.Errorf("the highest id is %d, err %v; want 2000", last, err)
	}
}
