package audit_test

import (
	"context"
	"testing"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
)

// What a store that was put back does not have is counted by action, from the first; what
// waits in its outbox it has, and what is on record without having changed it is no matter.
func TestChangesThatTheLedgerHasAndTheStoreHasNotAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		join(t, s)
		l := audit.Open(s.Ledger, s.DB, noon)
		defer l.Close()
		record := func(action string) {
			t.Helper()
			err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
				return audit.Record(tx, audit.Change{Actor: "cli:ada", Action: action})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		behind := func() audit.Behind {
			t.Helper()
			found, err := audit.StoreBehind(context.Background(), s.Ledger, s.DB)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		sequence := func() {
			t.Helper()
			if _, err := l.Sequence(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		record("grant.save")
		sequence()
		if found := behind(); len(found.Changes) > 0 || found.From != "" {
			t.Errorf("of a store that is whole it says %+v", found)
		}
		record("optout.add")
		record("optout.add")
		record("policy.save")
		record("person.signin")
		sequence()
		statement(t, s.DB, "UPDATE ledger_head SET newest = 1")
		found := behind()
		if len(found.Changes) != 2 || found.Changes["optout.add"] != 2 || found.Changes["policy.save"] != 1 || found.From == "" {
			t.Errorf("of a store that was put back it says %+v", found)
		}
		var key string
		if err := s.Ledger.Read.Table("ledger_entries").Where("action = 'policy.save'").Pluck("outbox_key", &key).Error; err != nil {
			t.Fatal(err)
		}
		record("policy.save")
		statement(t, s.DB, "UPDATE outbox SET key = ?", key)
		if found := behind(); len(found.Changes) != 1 || found.Changes["optout.add"] != 2 {
			t.Errorf("with a change that it has, and that waits, it says %+v", found)
		}
	})
}
