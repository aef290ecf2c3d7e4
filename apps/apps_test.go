package apps_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
)

// outbox is what waits for the ledger.
func (d district) outbox() []change {
	d.t.Helper()
	var all []change
	d.check(d.DB.Read.Raw(`SELECT actor, action, app, subject, reason, "before", "after" FROM outbox ORDER BY id`).Scan(&all).Error)
	return all
}

type change struct{ Actor, Action, App, Subject, Reason, Before, After string }

func TestEveryChangeMovesTheRevisionByOneAndIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		secrets := []string{d.add("schoolinks").Secret}
		rotate := func() error {
			c, err := d.Rotate(d.ctx, "amplify", ada)
			secrets = append(secrets, c.Secret)
			return err
		}
		deeds := []struct {
			action string
			do     func() error
		}{
			{"app.create", func() error {
				_, c, err := d.Create(d.ctx, apps.NewApp{Preset: "amplify"}, ada)
				secrets = append(secrets, c.Secret)
				return err
			}},
			{"app.enable", func() error { return d.Enable(d.ctx, "amplify", ada) }},
			{"app.suspend", func() error { return d.Suspend(d.ctx, "amplify", ada) }},
			{"app.rotate", rotate},
			{"grant.save", func() error { _, err := d.SaveGrant(d.ctx, "amplify", 1, policy.Grant{}, ada); return err }},
			{"grant.copy", func() error {
				_, err := d.CopyGrant(d.ctx, apps.Copying{From: "schoolinks", To: "amplify"}, ada)
				return err
			}},
			{"app.delete", func() error { return d.Delete(d.ctx, "amplify", ada) }},
		}
		for _, deed := range deeds {
			before, told := d.stamp(), len(d.outbox())
			d.check(deed.do())
			if moved := d.stamp().Permission - before.Permission; moved != 1 {
				t.Errorf("%s moved the revision by %d", deed.action, moved)
			}
			rows := d.outbox()[told:]
			if len(rows) != 1 {
				t.Fatalf("%s left %d rows", deed.action, len(rows))
			}
			row := rows[0]
			if row.Actor != ada.Actor || row.Reason != ada.Reason || row.App != "amplify" || row.Action != deed.action {
				t.Errorf("%s is recorded as %+v", deed.action, row)
			}
			if row.Before == row.After {
				t.Errorf("%s has the same before and after: %s", deed.action, row.After)
			}
			for _, s := range secrets {
				if strings.Contains(row.Before+row.After, s) {
					t.Errorf("the record of %s has a secret", deed.action)
				}
			}
		}
	})
}

func TestWhatIsRefusedOrChangesNothingLeavesNoTrace(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		before, told := d.stamp(), len(d.outbox())
		nobody := apps.By{Reason: "no actor"}
		errs := []error{
			d.Enable(d.ctx, "amplify", ada), // it is enabled already
			d.Enable(d.ctx, "no-such-app", ada),
			d.Suspend(d.ctx, "amplify", nobody),
			d.Suspend(d.ctx, "amplify", apps.By{Actor: "cli:ada", Reason: strings.Repeat("long", 300)}),
			d.Suspend(d.ctx, "amplify", apps.By{Actor: "cli:ada", Reason: "zero\x00byte"}),
			d.Delete(d.ctx, "no-such-app", ada),
			d.Delete(d.ctx, "amplify", nobody),
		}
		_, _, err := d.Create(d.ctx, apps.NewApp{Preset: "amplify"}, ada)
		errs = append(errs, err)
		_, _, err = d.Create(d.ctx, apps.NewApp{Name: "New"}, nobody)
		errs = append(errs, err)
		_, err = d.Rotate(d.ctx, "amplify", nobody)
		errs = append(errs, err)
		_, err = d.SaveGrant(d.ctx, "amplify", 7, policy.Grant{}, ada)
		errs = append(errs, err)
		_, err = d.CopyGrant(d.ctx, apps.Copying{From: "no-such-app", To: "amplify"}, ada)
		errs = append(errs, err)
		for i, err := range errs[1:] {
			if err == nil {
				t.Errorf("number %d was not refused", i+1)
			}
		}
		if errs[0] != nil {
			t.Errorf("enabling twice: %v", errs[0])
		}
		if d.stamp() != before || len(d.outbox()) != told {
			t.Errorf("the stamp went from %+v to %+v, the outbox from %d rows to %d", before, d.stamp(), told, len(d.outbox()))
		}
	})
}

func TestAChangeWhoseRandomnessFailsLeavesTheOldSecretWorking(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		old := d.add("amplify")
		broken := *d.Registry
		broken.Rand = noRandomness{}
		if _, err := broken.Rotate(d.ctx, "amplify", ada); err == nil {
			t.Error("a secret was made of nothing")
		}
		if _, err := d.Authenticate(d.ctx, old.ClientID, old.Secret); err != nil {
			t.Errorf("the old secret: %v", err)
		}
	})
}

type noRandomness struct{}

func (noRandomness) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

func TestAnUnknownAppIsNotFoundWithItsNearMisses(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.add("alexandria")
		for id, want := range map[string]string{
			"Amplify": `no app is called "Amplify"; did you mean amplify?`,
			"amplfy":  `no app is called "amplfy"; did you mean amplify?`,
			"zebra":   `no app is called "zebra"`,
			"a\x00":   `no app is called "a\x00"`,
		} {
			_, err := d.Show(d.ctx, id)
			wantFault(t, err, fault.NotFound)
			if err != nil && err.Error() != want {
				t.Errorf("got %q; want %q", err, want)
			}
			_, err = d.Grant(d.ctx, id)
			wantFault(t, err, fault.NotFound)
			_, err = d.History(d.ctx, id)
			wantFault(t, err, fault.NotFound)
			wantFault(t, d.Suspend(d.ctx, id, ada), fault.NotFound)
		}
	})
}

func TestShowTellsEverythingButTheSecret(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		credentials := d.add("alexandria")
		shown, err := d.Show(d.ctx, "alexandria")
		d.check(err)
		if shown.Name != "Alexandria" || shown.State != apps.Enabled || shown.ClientID != credentials.ClientID || shown.Grant.Version != 1 {
			t.Errorf("shown: %+v", shown)
		}
		preset, _ := presets.Find("alexandria")
		if diff := cmp.Diff(preset.Needs, shown.Needs); diff != "" {
			t.Errorf("needs: %s", diff)
		}
	})
}

func TestListIsInTheOrderOfIdsAndTellsTimes(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("schoolinks")
		d.clock.pass(time.Minute)
		d.add("amplify")
		d.clock.pass(time.Minute)
		d.check(d.Suspend(d.ctx, "schoolinks", ada))
		want := []apps.App{
			{"amplify", "Amplify Enrollment", "amplify", apps.Enabled, true, "", "2026-09-01T08:01:00.000Z", "2026-09-01T08:01:00.000Z"},
			{"schoolinks", "SchooLinks", "schoolinks", apps.Suspended, true, "", "2026-09-01T08:00:00.000Z", "2026-09-01T08:02:00.000Z"},
		}
		if diff := cmp.Diff(want, must[[]apps.App](t)(d.List(d.ctx))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNamesOfNewApps(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		made := func(app apps.NewApp, id, name string) {
			t.Helper()
			got, _, err := d.Create(d.ctx, app, ada)
			if err != nil || got.ID != id || got.Name != name {
				t.Errorf("%+v became %q %q, err %v; want %q %q", app, got.ID, got.Name, err, id, name)
			}
		}
		refused := func(app apps.NewApp, kind fault.Kind, hint string) {
			t.Helper()
			_, _, err := d.Create(d.ctx, app, ada)
			wantFault(t, err, kind)
			if err != nil && !strings.Contains(err.Error(), hint) {
				t.Errorf("%+v: %q does not say %q", app, err, hint)
			}
		}
		made(apps.NewApp{Name: "Destiny Library 2"}, "destiny-library-2", "Destiny Library 2")
		made(apps.NewApp{Name: "  École  "}, "cole", "École")
		made(apps.NewApp{ID: "x", Name: "Æ"}, "x", "Æ")
		made(apps.NewApp{ID: "amplify-pilot", Name: "Amplify, two schools", Preset: "amplify"}, "amplify-pilot", "Amplify, two schools")
		made(apps.NewApp{Name: strings.Repeat("long ", 20)}, "long-long-long-long-long-long-long-long", strings.TrimSpace(strings.Repeat("long ", 20)))

		refused(apps.NewApp{ID: "amplify", Name: "Another"}, fault.Conflict, `"amplify" is taken`)
		refused(apps.NewApp{Name: ""}, fault.Invalid, "name")
		refused(apps.NewApp{Name: "Æ"}, fault.Invalid, "ID")
		refused(apps.NewApp{Name: strings.Repeat("x", 101)}, fault.Invalid, "100")
		refused(apps.NewApp{Name: "two\nlines"}, fault.Invalid, "one line")
		refused(apps.NewApp{Name: "bad\xff"}, fault.Invalid, "name")
		for _, id := range []string{"Upper", "two words", "-x", "x-", "x--y", "a/b", "a.b", strings.Repeat("x", 41)} {
			refused(apps.NewApp{ID: id, Name: "Name"}, fault.Invalid, "ID")
		}
		refused(apps.NewApp{Name: "Name", Preset: "Amplify"}, fault.Invalid, "did you mean amplify?")
		refused(apps.NewApp{Name: "Name", Preset: "nothing-like-it"}, fault.Invalid, "no preset")
	})
}

func TestAnAppWithoutAPresetIsGrantedNothing(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		_, _, err := d.Create(d.ctx, apps.NewApp{Name: "Blank"}, ada)
		d.check(err)
		saved, err := d.Grant(d.ctx, "blank")
		d.check(err)
		if diff := cmp.Diff(nothing(), saved.Grant); diff != "" {
			t.Error(diff)
		}
	})
}
