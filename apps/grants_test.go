package apps_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// full uses every part of a grant.
func full() policy.Grant {
	return policy.Grant{
		Entities: map[string]policy.EntityGrant{
			"orgs": {Open: true, Fields: []string{"name"}},
			"users": {
				Open: true, Fields: []string{"userIds", "email"}, Masks: map[string]policy.Mask{"familyName": policy.Initial},
				Metadata: true, Keys: []string{"schoolNumber"}, Types: []string{"StateID"},
			},
			"demographics": {Fields: []string{"sex"}},
		},
		Scope: policy.Scope{
			Orgs: policy.Among{Only: []string{"school-1"}}, Courses: policy.Among{All: true},
			Roles: policy.Among{Only: policy.OwnRoles()}, Grades: policy.Among{Only: []string{"09", "10"}}, Guardians: true,
		},
		Until:   time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC),
		Purpose: "Practice", Basis: "34 CFR 99.31(a)(1)",
	}
}

func TestASavedGrantComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		saved, err := d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
		d.check(err)
		want := apps.SavedGrant{
			App: "amplify", Version: 2, Grant: full(), Actor: ada.Actor, Reason: ada.Reason, SavedAt: "2026-09-01T08:00:00.000Z", Mark: saved.Mark,
		}
		read, err := d.Grant(d.ctx, "amplify")
		d.check(err)
		for name, got := range map[string]apps.SavedGrant{"returned": saved, "read": read} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestTheHistoryKeepsEveryGrantNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.add("schoolinks")
		_, err := d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
		d.check(err)
		_, err = d.SaveGrant(d.ctx, "amplify", 2, policy.Grant{}, apps.By{Actor: "cli:bea"})
		d.check(err)
		history, err := d.History(d.ctx, "amplify")
		d.check(err)
		var versions []int64
		for _, saved := range history {
			versions = append(versions, saved.Version)
		}
		if diff := cmp.Diff([]int64{3, 2, 1}, versions); diff != "" {
			t.Fatal(diff)
		}
		if history[0].Actor != "cli:bea" || history[1].Grant.Purpose != "Practice" || len(history[2].Grant.Entities) == 0 {
			t.Errorf("the history is %+v", history)
		}
	})
}

func TestOfTwoSaversTheSecondIsTold(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		_, err := d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
		d.check(err)
		_, err = d.SaveGrant(d.ctx, "amplify", 1, policy.Grant{}, ada)
		wantFault(t, err, fault.Conflict)
		current, err := d.Grant(d.ctx, "amplify")
		d.check(err)
		if current.Version != 2 || current.Grant.Purpose != "Practice" {
			t.Errorf("version %d holds, %+v", current.Version, current.Grant)
		}
	})
}

func TestOfManySaversAtOnceOneSucceeds(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		before := d.stamp().Permission
		results := make(chan error, 8)
		var all sync.WaitGroup
		for range cap(results) {
			all.Go(func() {
				_, err := d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
				results <- err
			})
		}
		all.Wait()
		close(results)
		saved := 0
		for err := range results {
			if err == nil {
				saved++
				continue
			}
			wantFault(t, err, fault.Conflict)
		}
		if saved != 1 || d.stamp().Permission != before+1 {
			t.Errorf("%d savers succeeded, the revision moved by %d", saved, d.stamp().Permission-before)
		}
	})
}

// What an app is for stays: that is not what another is for.
func TestCopyingAGrantCopiesAllOfItButWhatTheAppIsForAndReviewsNothing(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.add("schoolinks")
		_, err := d.SaveGrant(d.ctx, "amplify", 1, full(), ada)
		d.check(err)
		d.seen(roster.Key{Entity: "users", Bag: "metadata", Name: "schoolNumber", Present: true})
		held, err := d.Grant(d.ctx, "schoolinks")
		d.check(err)
		wanted := full()
		wanted.Purpose, wanted.Basis = held.Grant.Purpose, held.Grant.Basis
		if wanted.Purpose == "" || wanted.Purpose == full().Purpose {
			t.Fatal("the two apps are for the same")
		}
		copied, err := d.CopyGrant(d.ctx, apps.Copying{From: "amplify", To: "schoolinks"}, ada)
		d.check(err)
		if diff := cmp.Diff(wanted, copied.Grant); diff != "" || copied.Version != 2 || copied.App != "schoolinks" {
			t.Errorf("version %d of %s: %s", copied.Version, copied.App, diff)
		}
		if got := slices.Concat(d.reviewed("amplify"), d.reviewed("schoolinks")); len(got) != 0 {
			t.Errorf("copying reviewed %v", got)
		}
		_, err = d.CopyGrant(d.ctx, apps.Copying{From: "schoolinks", To: "amplif"}, ada)
		wantFault(t, err, fault.NotFound)
	})
}

func TestACopyOfWhatSomebodySavedMeanwhileIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.add("schoolinks")
		looked := apps.Copying{From: "amplify", To: "schoolinks", FromVersion: 1, ToVersion: 1}
		for _, app := range []string{"amplify", "schoolinks"} {
			saved, err := d.Grant(d.ctx, app)
			d.check(err)
			_, err = d.SaveGrant(d.ctx, app, saved.Version, full(), ada)
			d.check(err)
			_, err = d.CopyGrant(d.ctx, looked, ada)
			wantFault(t, err, fault.Conflict)
			looked.FromVersion = 2
		}
		looked.ToVersion = 2
		copied, err := d.CopyGrant(d.ctx, looked, ada)
		if d.check(err); copied.Version != 3 {
			t.Errorf("copied as version %d", copied.Version)
		}
	})
}

// A text of several lines could pass for more than one where changes are lines.
func TestAReasonAPurposeAndALegalBasisAreOnOneLine(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		before := d.stamp().Permission
		for _, text := range []string{"one\ntwo", "\x1b[2J", "\u202etxt", "\r"} {
			for what, err := range map[string]error{
				"suspend":  d.Suspend(d.ctx, "amplify", apps.By{Actor: "cli:ada", Reason: text}),
				"a reason": second(d.SaveGrant(d.ctx, "amplify", 1, full(), apps.By{Actor: "cli:ada", Reason: text})),
				"purpose":  second(d.SaveGrant(d.ctx, "amplify", 1, policy.Grant{Purpose: text}, ada)),
				"basis":    second(d.SaveGrant(d.ctx, "amplify", 1, policy.Grant{Basis: text}, ada)),
			} {
				if !fault.Is(err, fault.Invalid) {
					t.Errorf("%s %q: %v", what, text, err)
				}
			}
		}
		if d.stamp().Permission != before {
			t.Error("the revision moved")
		}
		// What was saved before that was asked may stay.
		d.check(d.DB.Write.Exec("UPDATE grants SET document = ?", `{"purpose":"one\ntwo"}`).Error)
		_, err := d.SaveGrant(d.ctx, "amplify", 1, policy.Grant{Purpose: "one\ntwo", Basis: "FERPA"}, ada)
		d.check(err)
	})
}

func second[T any](_ T, err error) error { return err }

func TestAGrantThatNamesWhatThereIsNotIsRefused(t *testing.T) {
	d := sqlite(t)
	d.add("amplify")
	users := func(e policy.EntityGrant) policy.Grant {
		return policy.Grant{Entities: map[string]policy.EntityGrant{"users": e}}
	}
	for want, grant := range map[string]policy.Grant{
		"no entity":               {Entities: map[string]policy.EntityGrant{"teachers": {Open: true}}},
		"no field":                users(policy.EntityGrant{Fields: []string{"Email"}}),
		"is a credential":         users(policy.EntityGrant{Fields: []string{"password"}}),
		"users.email can be":      users(policy.EntityGrant{Masks: map[string]policy.Mask{"email": policy.Year}}),
		"users.role cannot be":    users(policy.EntityGrant{Masks: map[string]policy.Mask{"role": policy.Constant}}),
		"carry no metadata":       {Entities: map[string]policy.EntityGrant{"classResources": {Keys: []string{"x"}}}},
		"have no types":           {Entities: map[string]policy.EntityGrant{"orgs": {Types: []string{"x"}}}},
		"did you mean student?":   {Scope: policy.Scope{Roles: policy.Among{Only: []string{"students"}}}},
		"Shorten the purpose":     {Purpose: strings.Repeat("x", 1001)},
		"the legal basis is not ": {Basis: "a\x00b"},
	} {
		_, err := d.SaveGrant(d.ctx, "amplify", 1, grant, ada)
		wantFault(t, err, fault.Invalid)
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

// Whatever door a grant comes by, its end is one that can be kept and is none of the
// moments that mean no end; one that was stored before is no hindrance.
func TestAnEndThatCannotBeKeptIsRefusedByWhicheverDoorItComes(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		for _, end := range []time.Time{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)} {
			grant := full()
			grant.Until = end
			_, alone := d.SaveGrant(d.ctx, "amplify", 1, grant, ada)
			_, together := d.SaveTogether(d.ctx, engine(t), []apps.Saving{{From: d.holding("amplify"), Grant: &grant}}, ada)
			for _, err := range []error{alone, together} {
				if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "Enter the last day of the permissions as YYYY-MM-DD, from 2000-01-01 to 9998-12-31, or none.") {
					t.Errorf("%v: %v", end, err)
				}
			}
		}
		now, err := d.Grant(d.ctx, "amplify")
		d.check(err)
		if now.Version != 1 || !now.Grant.Until.IsZero() {
			t.Errorf("version %d ends %v", now.Version, now.Grant.Until)
		}
	})
}
