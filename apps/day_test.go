package apps_test

import (
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/policy"
)

// days lists what the outbox tells of days, as "before>after".
func (d district) days() []string {
	var all []string
	for _, c := range d.outbox() {
		if c.Action == "day.begin" {
			all = append(all, strings.NewReplacer(`{"day":"`, "", `"}`, "").Replace(c.Before+">"+c.After))
		}
	}
	return all
}

func (d district) day() string { return must[string](d.t)(apps.ReadDay(d.DB.Read)) }

func (d district) in(zone string) {
	d.t.Helper()
	d.check(d.DB.Write.Exec("UPDATE district SET time_zone = ?", zone).Error)
}

// to sets the clock.
func (d district) to(moment string) {
	d.t.Helper()
	at := must[time.Time](d.t)(time.Parse(time.RFC3339, moment))
	d.clock.pass(at.Sub(d.clock.read()))
}

func TestTheDayMovesAtTheDistrictsMidnightWithAnEntryAndTheRevision(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.in("America/Chicago")
		d.to("2026-12-01T05:59:59Z") // a second before midnight in Chicago
		d.add("amplify")
		before := d.stamp()
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-11-30" || d.stamp() != before {
			t.Errorf("the day is %s, and the stamp %+v was %+v", got, d.stamp(), before)
		}
		d.clock.pass(time.Second)
		d.check(d.BeginDay(d.ctx))
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-12-01" || d.stamp().Permission != before.Permission+1 {
			t.Errorf("behind midnight the day is %s, and the revision went from %d to %d", got, before.Permission, d.stamp().Permission)
		}
		d.to("2026-12-20T12:00:00Z") // every server was off
		d.check(d.BeginDay(d.ctx))
		if got := d.days(); !slices.Equal(got, []string{">2026-11-30", "2026-11-30>2026-12-01", "2026-12-01>2026-12-20"}) {
			t.Errorf("on record are %q", got)
		}
		last := d.outbox()[len(d.outbox())-1]
		if last.Actor != apps.House || last.Subject != "2026-12-20" || last.App != "" {
			t.Errorf("the day is on record as %+v", last)
		}
	})
}

func TestOfManyServersOneBeginsTheDay(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		before := d.stamp()
		d.clock.pass(24 * time.Hour)
		var servers sync.WaitGroup
		for range 8 {
			servers.Go(func() {
				if err := d.BeginDay(d.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		servers.Wait()
		if got := d.days(); !slices.Equal(got, []string{">2026-09-01", "2026-09-01>2026-09-02"}) || d.stamp().Permission != before.Permission+1 {
			t.Errorf("on record are %q, and the revision went from %d to %d", got, before.Permission, d.stamp().Permission)
		}
	})
}

func TestNothingMovesAtMidnightWhereNoGrantGoesByTheDay(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		_, _, err := d.Create(d.ctx, apps.NewApp{Name: "Nobody's"}, ada) // reaches no org
		d.check(err)
		holds := must[apps.SavedGrant](t)(d.Grant(d.ctx, "amplify"))
		grant := holds.Grant.Clone()
		grant.Scope.Former = true
		_, err = d.SaveGrant(d.ctx, "amplify", holds.Base(), grant, ada)
		d.check(err)
		before, told := d.stamp(), len(d.outbox())
		for range 3 {
			d.clock.pass(24 * time.Hour)
			d.check(d.BeginDay(d.ctx))
		}
		if d.stamp() != before || len(d.outbox()) != told {
			t.Errorf("the stamp went from %+v to %+v, with %d entries", before, d.stamp(), len(d.outbox())-told)
		}
		// The next grant that asks finds the day begun.
		if got := must[string](t)(d.DayToSave(d.DB.Read)); got != "2026-09-04" {
			t.Errorf("a grant that was saved now would go by %s", got)
		}
		grant.Scope.Former = false
		_, err = d.SaveGrant(d.ctx, "amplify", 2, grant, ada)
		d.check(err)
		if got := d.day(); got != "2026-09-04" || d.stamp().Permission != before.Permission+1 {
			t.Errorf("the day is %s, and the revision went from %d to %d", got, before.Permission, d.stamp().Permission)
		}
		if last := d.outbox()[len(d.outbox())-2:]; last[0].Action != "day.begin" || last[1].Action != "grant.save" {
			t.Errorf("on record are %+v", last)
		}
	})
}

func TestADayThatBeganDoesNotGoBackUnlessAClockWasWrong(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.in("Pacific/Auckland")
		d.to("2026-12-01T12:00:00Z")
		d.add("amplify")
		d.in("America/Chicago") // where it is still the day before
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-12-02" {
			t.Errorf("in another zone the day is %s", got)
		}
		d.to("2036-01-01T12:00:00Z")
		d.check(d.BeginDay(d.ctx))
		d.to("2026-12-01T13:00:00Z")
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-12-01" {
			t.Errorf("behind a clock that was wrong the day is %s", got)
		}
		d.in("nowhere")
		d.to("2026-12-02T00:00:00Z")
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-12-02" {
			t.Errorf("without a zone the day is %s", got)
		}
	})
}

func TestAtTheUpgradeGrantsReachWhatTheyReachedAndAreListed(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.add("schoolinks")
		_, _, err := d.Create(d.ctx, apps.NewApp{Name: "Empty"}, ada)
		d.check(err)
		d.check(d.DB.Write.Exec("DROP TABLE days").Error)
		d.check(d.DB.Write.Exec("DROP TABLE agreements").Error)
		strip := map[string]string{
			"sqlite":   "UPDATE grants SET document = json_remove(document, '$.scope.classes', '$.scope.former')",
			"postgres": "UPDATE grants SET document = document #- '{scope,classes}' #- '{scope,former}'",
		}
		empty := map[string]string{
			"sqlite":   "UPDATE grants SET document = json_remove(document, '$.scope') WHERE app_id = 'empty'",
			"postgres": "UPDATE grants SET document = document - 'scope' WHERE app_id = 'empty'",
		}
		d.check(d.DB.Write.Exec(strip[string(d.DB.Dialect)]).Error)
		d.check(d.DB.Write.Exec(empty[string(d.DB.Dialect)]).Error)
		d.apply("00017_days_and_agreements.sql")
		for app, former := range map[string]bool{"amplify": true, "schoolinks": true, "empty": false} {
			scope := must[apps.SavedGrant](t)(d.Grant(d.ctx, app)).Grant.Scope
			if scope.Former != former || !scope.Classes.All {
				t.Errorf("%s: %+v", app, scope)
			}
		}
		if got := d.day(); got != "" {
			t.Errorf("the day is %q", got)
		}
		listed := func() (ids []string) {
			for _, app := range must[[]apps.App](t)(d.WithFormer(d.ctx)) {
				ids = append(ids, app.ID)
			}
			return ids
		}
		if got := listed(); !slices.Equal(got, []string{"amplify", "schoolinks"}) {
			t.Errorf("listed are %q", got)
		}
		holds := must[apps.SavedGrant](t)(d.Grant(d.ctx, "amplify"))
		off := false
		edited := must[apps.Edited](t)(apps.Edit{Former: &off, Classes: &policy.Among{Only: []string{"reading-a"}}}.Apply(holds.Grant, nil))
		_, err = d.SaveGrant(d.ctx, "amplify", holds.Base(), edited.Grant, ada)
		d.check(err)
		if got := listed(); !slices.Equal(got, []string{"schoolinks"}) {
			t.Errorf("listed are %q", got)
		}
		if got := d.day(); got != "2026-09-01" {
			t.Errorf("the day is %q", got)
		}
	})
}

// apply applies a migration of the store.
func (d district) apply(name string) {
	d.t.Helper()
	files, err := migrations.Files(migrations.Store, string(d.DB.Dialect))
	d.check(err)
	text, err := fs.ReadFile(files, name)
	d.check(err)
	for statement := range strings.SplitSeq(string(text), ";\n") {
		if strings.TrimSpace(statement) != "" {
			conn, err := d.DB.Write.DB()
			d.check(err)
			_, err = conn.Exec(statement)
			d.check(err)
		}
	}
}

func TestAPolicyOfAnAppIsToldTheDistrictsDay(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		engine := must[*policy.Engine](t)(d.Engine())
		d.in("America/Chicago")
		d.to("2026-12-01T05:00:00Z") // an hour before midnight in Chicago
		d.add("amplify")
		d.check(d.shares(apps.Edit{Former: new(true)})) // its grant goes by no day
		saved, _, err := d.SavePolicy(d.ctx, engine, "amplify", 0, noPhones(), ada)
		d.check(err)
		if got := d.day(); got != "2026-11-30" {
			t.Errorf("the policy found the day %s", got)
		}
		before := d.stamp()
		d.clock.pass(time.Hour)
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-12-01" || d.stamp().Permission != before.Permission+1 {
			t.Errorf("behind midnight the day is %s, and the revision went from %d to %d", got, before.Permission, d.stamp().Permission)
		}
		_, err = d.RemovePolicy(d.ctx, "amplify", saved.Version, ada)
		d.check(err)
		d.clock.pass(24 * time.Hour)
		d.check(d.BeginDay(d.ctx))
		if got := d.day(); got != "2026-12-01" {
			t.Errorf("without a policy the day went on to %s", got)
		}
	})
}
