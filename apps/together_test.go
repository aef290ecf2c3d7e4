package apps_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/roster"
)

// noPhones is a policy with a test that vouches for it.
func noPhones() rego.Source {
	return rego.Source{
		"app.rego":      "package rostergate.app\n\n# METADATA\n# title: no_phones\n# description: Nobody is called.\nhide contains \"users.phone\"\n",
		"app_test.rego": "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_phones if \"users.phone\" in app.hide\n",
	}
}

func engine(t testing.TB) *policy.Engine { return must[*policy.Engine](t)(rules()) }

// holding is what holds for an app.
func (d district) holding(app string) apps.Permissions {
	d.t.Helper()
	all := must[[]apps.Permissions](d.t)(d.Permissions(d.ctx))
	i := slices.IndexFunc(all, func(p apps.Permissions) bool { return p.App.ID == app })
	if i < 0 {
		d.t.Fatalf("%s is not among %v", app, all)
	}
	return all[i]
}

// without is what holds, with the email no longer ticked.
func without(held apps.Permissions) apps.Saving {
	grant := held.Grant.Grant.Clone()
	users := grant.Entities["users"]
	users.Fields = slices.DeleteFunc(users.Fields, func(name string) bool { return name == "email" })
	grant.Entities["users"] = users
	return apps.Saving{From: held, Grant: &grant}
}

func TestWhatSeveralAppsAreToHaveIsSavedTogether(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		for _, preset := range []string{"amplify", "alexandria", "schoolinks"} {
			d.add(preset)
		}
		before, told := d.stamp(), len(d.outbox())
		second := without(d.holding("alexandria"))
		second.Policy = &policy.Own{Files: noPhones()}
		saved, err := d.SaveTogether(d.ctx, engine(t), []apps.Saving{{From: d.holding("schoolinks")}, without(d.holding("amplify")), second}, ada)
		d.check(err)
		for i, app := range []string{"alexandria", "amplify", "schoolinks"} {
			changed := app != "schoolinks"
			held := d.holding(app)
			if saved[i].App.ID != app || saved[i].Grant.Version != held.Grant.Version || saved[i].Policy.Version != held.Policy.Version {
				t.Errorf("%s: %v is said to hold, and %v does", app, saved[i], held)
			}
			if held.Grant.Version == 2 != changed || slices.Contains(held.Grant.Grant.Entities["users"].Fields, "email") == changed {
				t.Errorf("%s: version %d of %v", app, held.Grant.Version, held.Grant.Grant.Entities["users"])
			}
			if held.Policy.Removed() == (app == "alexandria") {
				t.Errorf("%s has the policy %v", app, held.Policy)
			}
		}
		if now := d.stamp(); now.Permission != before.Permission+1 {
			t.Errorf("the revision went from %d to %d", before.Permission, now.Permission)
		}
		var entries []string
		for _, row := range d.outbox()[told:] {
			entries = append(entries, row.App+" "+row.Action+" "+row.Actor+" "+row.Reason)
		}
		by := " " + ada.Actor + " " + ada.Reason
		if want := []string{"alexandria grant.save" + by, "alexandria policy.save" + by, "amplify grant.save" + by}; !slices.Equal(entries, want) {
			t.Errorf("on record are %q", entries)
		}
		idle := []apps.Saving{{From: d.holding("schoolinks")}, {From: d.holding("amplify")}}
		before, told = d.stamp(), len(d.outbox())
		if _, err := d.SaveTogether(d.ctx, engine(t), idle, ada); err != nil || d.stamp() != before || len(d.outbox()) != told {
			t.Errorf("what stays: %v, and the stamp went from %v to %v", err, before, d.stamp())
		}
		removal := apps.Saving{From: d.holding("alexandria"), Policy: &policy.Own{}}
		saved, err = d.SaveTogether(d.ctx, engine(t), []apps.Saving{removal}, ada)
		if err != nil || !saved[0].Policy.Removed() || !d.holding("alexandria").Policy.Removed() || saved[0].Grant.Version != 2 {
			t.Errorf("after the removal: %v, %v", saved, err)
		}
	})
}

func TestNothingIsSavedTogetherWhereOneOfItCannotBe(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		for _, preset := range []string{"amplify", "alexandria"} {
			d.add(preset)
		}
		stale := d.holding("alexandria")
		_, err := d.SaveGrant(d.ctx, "alexandria", stale.Grant.Base(), stale.Grant.Grant, ada)
		d.check(err)
		good, fresh := without(d.holding("amplify")), d.holding("alexandria")
		wrong := fresh.Grant.Grant.Clone()
		wrong.Entities["users"] = policy.EntityGrant{Fields: []string{"emial"}}
		failing := noPhones()
		failing["app_test.rego"] = "package rostergate.app_test\n\nimport data.rostergate.app\n\ntest_emails if \"users.email\" in app.hide\n"
		lines := fresh.Grant.Grant.Clone()
		lines.Purpose = "reading\nand more"
		for name, one := range map[string]struct {
			kind fault.Kind
			bad  apps.Saving
		}{
			"saved meanwhile":                 {fault.Conflict, without(stale)},
			"saved meanwhile, and is to stay": {fault.Conflict, apps.Saving{From: stale}},
			"a policy saved meanwhile":        {fault.Conflict, apps.Saving{From: apps.Permissions{App: fresh.App, Grant: fresh.Grant, Policy: apps.SavedPolicy{Version: 3}}}},
			"no such app":                     {fault.NotFound, apps.Saving{From: apps.Permissions{App: apps.App{ID: "amplfy"}}}},
			"no such field":                   {fault.Invalid, apps.Saving{From: fresh, Grant: &wrong}},
			"a purpose on two lines":          {fault.Invalid, apps.Saving{From: fresh, Grant: &lines}},
			"a test fails":                    {fault.Invalid, apps.Saving{From: fresh, Policy: &policy.Own{Files: failing}}},
		} {
			before, told := d.stamp(), len(d.outbox())
			_, err := d.SaveTogether(d.ctx, engine(t), []apps.Saving{good, one.bad}, ada)
			wantFault(t, err, one.kind)
			if d.stamp() != before || len(d.outbox()) != told || d.holding("amplify").Grant.Version != 1 || d.holding("alexandria").Grant.Version != 2 || !d.holding("alexandria").Policy.Removed() {
				t.Errorf("%s: something was saved", name)
			}
		}
		_, err = d.SaveTogether(d.ctx, engine(t), []apps.Saving{good}, apps.By{})
		if err == nil || d.holding("amplify").Grant.Version != 1 {
			t.Errorf("nobody saved it: %v", err)
		}
	})
}

// ticking is what holds for an app, with nothing but the keys ticked of users' metadata.
func (d district) ticking(app string, keys ...roster.Key) apps.Saving {
	held := d.holding(app)
	grant := held.Grant.Grant.Clone()
	users := grant.Entities["users"]
	users.Metadata, users.Keys = true, nil
	for _, k := range keys {
		users.Keys = append(users.Keys, k.Name)
	}
	grant.Entities["users"] = users
	return apps.Saving{From: held, Grant: &grant, Seen: apps.MembersOf(keys)}
}

// Each would wait for a row that another holds, were rows taken in the order in which they
// are named, or keys app by app.
func TestThoseWhoSaveAtOnceNeverWaitForEachOther(t *testing.T) {
	d := open(t, dbtest.New(t, database.Postgres))
	for _, preset := range []string{"amplify", "alexandria", "schoolinks"} {
		d.add(preset)
	}
	first, second := roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "first", Present: true}, roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "second", Present: true}
	d.seen(first, second)
	rules := engine(t)
	for range 30 {
		all := [][]apps.Saving{
			{d.ticking("amplify", first), d.ticking("alexandria", second)},
			{d.ticking("alexandria", second), d.ticking("amplify", first)},
			{d.ticking("schoolinks", first, second)},
		}
		errs := make([]error, len(all))
		var wait sync.WaitGroup
		for i, savings := range all {
			wait.Go(func() { _, errs[i] = d.SaveTogether(d.ctx, rules, savings, ada) })
		}
		wait.Wait()
		saved := slices.Index(errs, nil)
		if saved > 1 || !fault.Is(errs[1-saved], fault.Conflict) || errs[2] != nil {
			t.Fatalf("one of two is to be saved, and the other told of it; the third is by itself: %v", errs)
		}
	}
}
