package roster_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
)

func TestAnImportTellsHowManyRowsOfEachFileItHasStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		for _, p := range []parcel{crowd(t, 2000), changedBase(t)} {
			told := map[string][]intake.Step{}
			report, err := r.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true, Progress: func(s intake.Step) error {
				if s.Storing {
					told[s.File] = append(told[s.File], s)
				}
				return nil
			}})
			if err != nil || report.Verdict != intake.Stored {
				t.Fatalf("%+v, %v", report, err)
			}
			for _, c := range report.Files {
				steps, rows := told[c.Entity+".csv"], int64(c.New+c.Changed+c.Removed)
				if rows == 0 && len(steps) == 0 {
					continue
				}
				if len(steps) < 2 || steps[0].Done != 0 || steps[len(steps)-1].Done != rows {
					t.Errorf("%s: told %+v of %+v", c.Entity, steps, c)
				}
				last := int64(0)
				for _, s := range steps {
					if s.Done < last || s.Total != rows {
						t.Errorf("%s: %+v behind %d, wanted %d in all", c.Entity, s, last, rows)
					}
					last = s.Done
				}
			}
			if steps := told["users.csv"]; report.Generation == 1 && len(steps) < 4 { // some 64 kB each on PostgreSQL
				t.Errorf("of 2000 users it tells only %+v", steps)
			}
		}
	})
}

func TestAnImportThatIsStoppedWhileItStoresStoresNothing(t *testing.T) {
	stopped := errors.New("stopped")
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, base(t))
		before := take(t, s.DB)
		for _, at := range []int64{0, 1} {
			_, err := r.Import(context.Background(), changedBase(t).Folder(t), intake.Options{AcceptHold: true, Progress: func(s intake.Step) error {
				if s.Storing && s.Done == at {
					return stopped
				}
				return nil
			}})
			if !errors.Is(err, stopped) {
				t.Errorf("stopped at %d: %v", at, err)
			}
			take(t, s.DB).succeeds(t, before, false)
		}
	})
}
