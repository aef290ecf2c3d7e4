package roster_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"gorm.io/gorm"
)

// changedBase is the base package with something new, changed and removed in it.
func changedBase(t *testing.T) parcel {
	t.Helper()
	p := base(t)
	p.Edit(t, "users.csv", "~ Ana,Ruiz => Ana,Ruiz-Lee\n+ cal,,,true,oak,student,cnoor,{LDAP:cnoor},Cal,Noor,,,,,,,03,\n- ben,\n")
	p.Edit(t, "enrollments.csv", "- e-ben\n")
	p.Edit(t, "demographics.csv", "- ben\n")
	return p
}

func TestAnImportThatFailsLeavesTheRosterAsItWas(t *testing.T) {
	broken := errors.New("the listener failed")
	cases := []struct {
		name string
		fail func(o *intake.Options, cancel func())
		want error
	}{
		{"an error of who keeps a record", func(o *intake.Options, _ func()) {
			o.Committing = func(*gorm.DB, *intake.Report) error { return broken }
		}, broken},
		{"a failing statement of who keeps a record", func(o *intake.Options, _ func()) {
			o.Committing = func(tx *gorm.DB, _ *intake.Report) error { return tx.Exec("DELETE FROM nothing").Error }
		}, nil},
		{"cancelled while it is stored", func(o *intake.Options, cancel func()) {
			o.Committing = func(*gorm.DB, *intake.Report) error { cancel(); return nil }
		}, context.Canceled},
		{"cancelled while a file is read", func(o *intake.Options, cancel func()) {
			o.Progress = func(s intake.Step) error {
				if s.File == "users.csv" {
					cancel()
				}
				return nil
			}
		}, context.Canceled},
		{"stopped while a file is read", func(o *intake.Options, _ func()) {
			o.Progress = func(s intake.Step) error {
				if s.File == "demographics.csv" && s.Done > 0 {
					return broken
				}
				return nil
			}
		}, broken},
	}
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, base(t))
		before := take(t, s.DB)
		for _, c := range cases {
			ctx, cancel := context.WithCancel(context.Background())
			o := intake.Options{AcceptHold: true}
			c.fail(&o, cancel)
			report, err := r.Import(ctx, changedBase(t).Folder(t), o)
			cancel()
			if err == nil || c.want != nil && !errors.Is(err, c.want) || report != nil {
				t.Errorf("%s: report %+v, error %v, want %v", c.name, report, err, c.want)
			}
			take(t, s.DB).succeeds(t, before, false)
		}
		restore(t, r, changedBase(t))
		take(t, s.DB).succeeds(t, before, true)
	})
}

func TestWhoKeepsARecordWritesInTheTransactionOfTheImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		calls := 0
		o := intake.Options{Committing: func(tx *gorm.DB, report *intake.Report) error {
			calls++
			if report.Verdict != intake.Stored || report.Generation != 1 || report.CommittedAt == "" {
				t.Errorf("told %+v", report)
			}
			return tx.Exec("INSERT INTO settings (name, value) VALUES ('import', 'seen')").Error
		}}
		for range 2 { // the second changes nothing
			if _, err := r.Import(context.Background(), base(t).Folder(t), o); err != nil {
				t.Fatal(err)
			}
		}
		if kept := rows(t, s.DB, "settings"); len(kept) != 1 || calls != 1 {
			t.Errorf("%d calls left %v", calls, kept)
		}
	})
}

func TestNothingOfAPackageIsLeftOnDisk(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, base(t))
		refusing := func(*gorm.DB, *intake.Report) error { return errors.New("no") }
		if _, err := r.Import(context.Background(), changedBase(t).Folder(t), intake.Options{AcceptHold: true, Committing: refusing}); err == nil {
			t.Error("the import succeeded")
		}
	})
	left, err := filepath.Glob(filepath.Join(temp, "rostergate-import-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", fd.Name())); err == nil && strings.Contains(target, "rostergate-import-") {
			t.Errorf("%s is still open", filepath.Base(target))
		}
	}
}

// Both imports have read the whole package before either may store it, so that
// the second always finds the roster changed under it.
func TestOfTwoImportsAtOnceOneIsStored(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, base(t))
		before := take(t, s.DB)
		both := []parcel{changedBase(t), base(t)}
		both[1].Edit(t, "users.csv", "~ Ben,Cole => Ben,Cole-Marsh\n")
		verdicts, failures := atOnce(t, r, both)
		won := 0
		for i := range both {
			if failures[i] == nil && verdicts[i] == intake.Stored {
				won++
			} else if !fault.Is(failures[i], fault.Conflict) {
				t.Errorf("import %d: %s, %v", i, verdicts[i], failures[i])
			}
		}
		after := take(t, s.DB)
		after.succeeds(t, before, true)
		lee, marsh := cellOf(t, after, "users", "ana", "familyName") == "Ruiz-Lee", cellOf(t, after, "users", "ben", "familyName") == "Cole-Marsh"
		if won != 1 || lee == marsh || lee != (failures[0] == nil) {
			t.Errorf("%d imports won; of the first: %t, of the second: %t", won, lee, marsh)
		}
		for _, p := range both { // what failed is simply run again
			restore(t, r, p)
		}
	})
}

// atOnce runs imports that wait for one another before they store.
func atOnce(t *testing.T, r *rostertest.Rooms, packages []parcel) ([]intake.Verdict, []error) {
	t.Helper()
	verdicts, failures := make([]intake.Verdict, len(packages)), make([]error, len(packages))
	var reading, done sync.WaitGroup
	reading.Add(len(packages))
	for i, p := range packages {
		place, once := p.Folder(t), sync.Once{}
		done.Go(func() {
			o := intake.Options{AcceptHold: true, Progress: func(s intake.Step) error {
				if s.File == "demographics.csv" {
					once.Do(func() { reading.Done(); reading.Wait() })
				}
				return nil
			}}
			report, err := r.Import(context.Background(), place, o)
			if failures[i] = err; err == nil {
				verdicts[i] = report.Verdict
			}
		})
	}
	done.Wait()
	return verdicts, failures
}

func TestAReviewDuringAnImportIsNotLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		r := rostertest.Open(s.DB, s.Ledger, time.Now)
		restore(t, r, base(t))
		key := roster.Key{Entity: "users", Bag: "userIds", Name: "LDAP"}
		once := sync.Once{}
		o := intake.Options{AcceptHold: true, Progress: func(intake.Step) (err error) {
			once.Do(func() {
				err = s.DB.Write.Transaction(func(tx *gorm.DB) error { review(t, tx, "reader", key); return nil })
			})
			return err
		}}
		if _, err := r.Import(context.Background(), changedBase(t).Folder(t), o); err != nil {
			t.Fatal(err)
		}
		keys := keysFor(t, s.DB, "reader")
		if len(keys) != 2 || !keys[0].Reviewed || keys[1].Reviewed {
			t.Errorf("keys %+v", keys)
		}
	})
}
