package apps_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

func ticking(keys, types []string) policy.Grant {
	return policy.Grant{Entities: map[string]policy.EntityGrant{
		"demographics": {Open: true, Metadata: true, Keys: keys},
		"users":        {Open: true, Fields: []string{"userIds"}, Types: types},
	}}
}

// wantReviewed compares what is reviewed for an app.
func (d district) wantReviewed(app string, want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(want, d.reviewed(app)); diff != "" {
		d.t.Errorf("reviewed for %s (-want +got):\n%s", app, diff)
	}
}

// last is the change that was put on record last.
func (d district) last() change {
	d.t.Helper()
	all := d.outbox()
	return all[len(all)-1]
}

func TestSavingReviewsForOneAppWhatWasShownAndIsTickedAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		gone := key("migrantStatus")
		gone.Present = false
		d.seen(key("homeLanguage"), key("iepStatus"), key("shoeSize"), gone, idType("StateID"), idType("SSN"))
		d.add("eduready360")
		d.add("amplify")
		grant := ticking([]string{"homeLanguage", "iepStatus", "migrantStatus"}, []string{"StateID"})
		_, err := d.SaveGrant(d.ctx, "amplify", 1, grant, ada)
		d.check(err)
		before := d.stamp().Permission
		_, err = d.SaveGrant(d.ctx, "eduready360", 1, grant, ada, key("homeLanguage").Member(), key("shoeSize").Member(), gone.Member(), idType("StateID").Member(), idType("SSN").Member())
		d.check(err)
		d.wantReviewed("eduready360", "homeLanguage", "StateID")
		d.wantReviewed("amplify")
		if moved := d.stamp().Permission - before; moved != 1 {
			t.Errorf("the revision moved by %d", moved)
		}
		after := d.last().After
		if want := `"reviewed":["demographics.metadata.homeLanguage","users.userIds.StateID"]`; !strings.Contains(after, want) {
			t.Errorf("the record does not say %s: %s", want, after)
		}
	})
}

func TestATickThatWasThereBeforeIsReviewedOnlyWhenItWasShownForTheApp(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("eduready360")
		early := ticking([]string{"homeLanguage", "iepStatus"}, nil)
		_, err := d.SaveGrant(d.ctx, "eduready360", 1, early, ada)
		d.check(err)
		d.seen(key("homeLanguage"), key("iepStatus")) // the import comes after the tick
		_, err = d.SaveGrant(d.ctx, "eduready360", 2, early, ada)
		d.check(err)
		d.wantReviewed("eduready360")
		_, err = d.SaveGrant(d.ctx, "eduready360", 3, early, ada, key("homeLanguage").Member())
		d.check(err)
		d.wantReviewed("eduready360", "homeLanguage")
	})
}

func TestAReviewAcceptsTheNameForEverybodyAndTheKeyForOneApp(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.seen(key("shoeSize"), idType("StateID"), idType("SSN"))
		d.add("eduready360")
		d.add("amplify")
		_, err := d.SaveGrant(d.ctx, "eduready360", 1, ticking([]string{"shoeSize"}, []string{"StateID"}), ada, key("shoeSize").Member(), idType("StateID").Member())
		d.check(err)
		var named []string
		for _, k := range must[[]roster.Key](t)(roster.Keys(d.DB.Read)) {
			if k.Reviewed {
				t.Errorf("%s is reviewed for nobody in particular", k.Name)
			}
			if k.Accepted {
				named = append(named, k.Name)
			}
		}
		if diff := cmp.Diff([]string{"shoeSize", "StateID"}, named); diff != "" {
			t.Errorf("accepted names: %s", diff)
		}
		d.wantReviewed("amplify")
	})
}

func TestAPresetReviewsNothingByItself(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.seen(key("homeLanguage"), key("shoeSize"), idType("StateID"),
			roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "primaryOrg", Present: true})
		for app, want := range map[string]string{
			"amplify": "demographics.metadata.homeLanguage", "schoolinks": "users.metadata.primaryOrg users.userIds.StateID", "eduready360": "",
		} {
			d.add(app)
			d.wantReviewed(app)
			saved, err := d.Grant(d.ctx, app)
			d.check(err)
			waiting := apps.Names(apps.MembersOf(apps.Waiting(saved.Grant, must[[]roster.Key](t)(d.Keys(d.ctx, app)))))
			if got := strings.Join(waiting, " "); got != want {
				t.Errorf("%q wait for %s; want %q", got, app, want)
			}
		}
	})
}

func TestAddingAndEnablingReviewWhatThePersonWasShownForTheApp(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		primaryOrg := roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "primaryOrg", Present: true}
		d.seen(primaryOrg, idType("StateID"), idType("SSN"))
		_, _, err := d.Create(d.ctx, apps.NewApp{Preset: "schoolinks"}, ada, primaryOrg.Member())
		d.check(err)
		d.wantReviewed("schoolinks", "primaryOrg")
		if after := d.last().After; !strings.Contains(after, `"reviewed":["users.metadata.primaryOrg"]`) {
			t.Errorf("adding is on record as %s", after)
		}
		d.check(d.Enable(d.ctx, "schoolinks", ada, primaryOrg.Member(), idType("StateID").Member()))
		d.wantReviewed("schoolinks", "primaryOrg", "StateID")
		saved, err := d.Grant(d.ctx, "schoolinks")
		d.check(err)
		if types := saved.Grant.Entities["users"].Types; saved.Version != 2 || !slices.Equal(types, []string{"StateID"}) {
			t.Errorf("version %d ticks the types %v", saved.Version, types)
		}
		change := d.last()
		if change.Action != "app.enable" || !strings.Contains(change.After, `"reviewed":["users.userIds.StateID"]`) || !strings.Contains(change.After, `"version":2`) {
			t.Errorf("enabling is on record as %s %s", change.Action, change.After)
		}
		_, _, err = d.Create(d.ctx, apps.NewApp{ID: "another", Preset: "schoolinks"}, ada)
		d.check(err)
		d.wantReviewed("another")
	})
}

func TestWhatWaitsIsReviewedForAnAppThatIsEnabledAlready(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.seen(key("homeLanguage"))
		before, changes := d.stamp().Permission, len(d.outbox())
		d.check(d.Enable(d.ctx, "amplify", ada, key("homeLanguage").Member()))
		d.wantReviewed("amplify", "homeLanguage")
		if change := d.last(); change.Action != "grant.review" || d.stamp().Permission != before+1 {
			t.Errorf("on record as %s, the revision moved by %d", change.Action, d.stamp().Permission-before)
		}
		d.check(d.Enable(d.ctx, "amplify", ada, key("homeLanguage").Member())) // which says nothing new
		if len(d.outbox()) != changes+1 || d.stamp().Permission != before+1 {
			t.Error("a review that says nothing new is on record, or moved the revision")
		}
	})
}

func TestWhatTheGrantWouldNotShowIsNotReviewedByTheWay(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.seen(key("homeLanguage"), key("shoeSize"), idType("StateID"))
		d.add("amplify")
		off := must[apps.SavedGrant](t)(d.Grant(d.ctx, "amplify")).Grant.Clone()
		demographics := off.Entities["demographics"]
		demographics.Metadata = false
		off.Entities["demographics"] = demographics
		_, err := d.SaveGrant(d.ctx, "amplify", 1, off, ada)
		d.check(err)
		d.check(d.Suspend(d.ctx, "amplify", ada))
		for _, k := range []roster.Key{key("homeLanguage"), key("shoeSize"), idType("StateID")} {
			wantFault(t, d.Enable(d.ctx, "amplify", ada, k.Member()), fault.Conflict)
		}
		_, _, err = d.Create(d.ctx, apps.NewApp{Name: "Blank"}, ada, key("homeLanguage").Member())
		wantFault(t, err, fault.Conflict)
		d.wantReviewed("amplify")
		if app := must[apps.Overview](t)(d.Show(d.ctx, "amplify")); app.State != apps.Suspended {
			t.Errorf("a refused review left the app %s", app.State)
		}
	})
}

func TestNamesOfWhatWaitsMayBeShortWhereOnlyOneIsMeant(t *testing.T) {
	inUsers := roster.Key{Entity: "users", Bag: catalog.Metadata, Name: "homeLanguage", Present: true}
	wanted := []roster.Key{key("homeLanguage"), inUsers, key("a,b"), reviewed(key("titleI")), idType("StateID"), reviewed(idType("titleI"))}
	for name, want := range map[string]string{
		"users.userIds.StateID":              "users.userIds.StateID",
		"StateID":                            "users.userIds.StateID",
		"demographics.metadata.homeLanguage": "demographics.metadata.homeLanguage",
		"a,b":                                "demographics.metadata.a,b",
		"users.userIds.titleI":               "users.userIds.titleI",
		"homeLanguage":                       `"homeLanguage" may be demographics.metadata.homeLanguage or users.metadata.homeLanguage`,
		"titleI":                             `"titleI" may be demographics.metadata.titleI or users.userIds.titleI`,
		"StateId":                            `called "StateId"`,
		"users.userIds.StateId":              "did you mean users.userIds.StateID?",
		"a":                                  `called "a"`,
		"":                                   `called ""`,
	} {
		found, err := apps.NamedAmong(wanted, []string{name})
		if err == nil && strings.Join(apps.Names(found), " ") != want || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %s", name, apps.Names(found), err, want)
		}
		if err != nil && (!fault.Is(err, fault.Invalid) || len(found) > 0) {
			t.Errorf("%q finds %v beside the error %v", name, found, err)
		}
	}
}

func TestAnAppIsEnabledOnlyFromTheGrantThatWasShown(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.seen(key("homeLanguage"))
		d.add("eduready360")
		d.check(d.Suspend(d.ctx, "eduready360", ada))
		shown, err := d.Grant(d.ctx, "eduready360")
		d.check(err)
		saved, err := d.SaveGrant(d.ctx, "eduready360", shown.Base(), ticking([]string{"homeLanguage"}, nil), ada)
		d.check(err)
		before := len(d.outbox())
		wantFault(t, d.EnableFrom(d.ctx, "eduready360", shown.Base(), ada, key("homeLanguage").Member()), fault.Conflict)
		app, err := d.Show(d.ctx, "eduready360")
		d.check(err)
		if app.State != apps.Suspended || len(d.outbox()) != before {
			t.Errorf("the app is %s, and %d changes are on record", app.State, len(d.outbox())-before)
		}
		d.wantReviewed("eduready360")
		d.check(d.EnableFrom(d.ctx, "eduready360", saved.Base(), ada, key("homeLanguage").Member()))
		d.wantReviewed("eduready360", "homeLanguage")
		if last := d.last(); last.Action != "app.enable" {
			t.Errorf("on record: %s", last.Action)
		}
	})
}
