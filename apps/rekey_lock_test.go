package apps_test

import (
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
)

// On SQLite there is one writer at a time anyway.
func TestWhoSealsASecretWaitsForWhoIsReplacingTheKey(t *testing.T) {
	d := open(t, dbtest.New(t, database.Postgres)).sealed()
	d.add("amplify")
	for name, seal := range map[string]func() error{
		"rotate": func() error { _, err := d.Rotate(d.ctx, "amplify", ada); return err },
		"create": func() error { _, _, err := d.Create(d.ctx, apps.NewApp{Preset: "schoolinks"}, ada); return err },
	} {
		was := d.Key.ID()
		replacing := d.DB.Write.Begin()
		d.check(replacing.Exec("UPDATE settings SET value = 'another' WHERE name = 'encryption_key_id'").Error)
		ended := make(chan error, 1)
		go func() { ended <- seal() }()
		if d.waits(ended) {
			d.check(replacing.Commit().Error)
			wantFault(t, <-ended, fault.Unavailable)
		} else {
			t.Errorf("%s did not wait", name)
			replacing.Rollback()
		}
		d.check(d.DB.Write.Exec("UPDATE settings SET value = ? WHERE name = 'encryption_key_id'", was).Error)
	}
	if all := must[[]apps.App](t)(d.List(d.ctx)); len(all) != 1 {
		t.Errorf("there are %d apps", len(all))
	}
}

// waits reports whether somebody waits for a lock of the database, rather than ending.
func (d district) waits(ended chan error) bool {
	d.t.Helper()
	for {
		var waiting int64
		d.check(d.DB.Read.Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Row().Scan(&waiting))
		select {
		case err := <-ended:
			ended <- err
			return false
		case <-time.After(time.Millisecond): // not to ask without a pause
		}
		if waiting > 0 {
			return true
		}
	}
}
