package apps_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
)

func TestAnAgreementIsKeptInVersionsOnRecordAndGoesWithItsApp(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		if held := must[apps.Agreement](t)(d.Agreement(d.ctx, "amplify")); held.Version != 0 {
			t.Errorf("a new app has the agreement %+v", held)
		}
		agreed := apps.Agreement{Start: "2026-07-01", End: "2027-06-30", Basis: "School official", Categories: []catalog.Category{catalog.StudentName, catalog.Schedule, catalog.StudentName}}
		told := len(d.outbox())
		first := must[apps.Agreement](t)(d.SaveAgreement(d.ctx, "amplify", agreed, ada))
		if first.Version != 1 || !slices.Equal(first.Categories, []catalog.Category{catalog.Schedule, catalog.StudentName}) || first.Reason != ada.Reason {
			t.Errorf("saved is %+v", first)
		}
		if last := d.outbox()[told:]; len(last) != 1 || last[0].Action != "agreement.save" || last[0].App != "amplify" || last[0].Before != "null" || !strings.Contains(last[0].After, "2027-06-30") {
			t.Errorf("on record is %+v", last)
		}
		before := d.stamp()
		again := must[apps.Agreement](t)(d.SaveAgreement(d.ctx, "amplify", first, ada))
		if again.Version != 1 || d.stamp() != before {
			t.Errorf("what says nothing new is version %d", again.Version)
		}
		_, err := d.SaveAgreement(d.ctx, "amplify", agreed, ada) // looked at when there was none
		wantFault(t, err, fault.Conflict)
		first.End = "2028-06-30"
		must[apps.Agreement](t)(d.SaveAgreement(d.ctx, "amplify", first, ada))
		if all := must[[]apps.Agreement](t)(d.Agreements(d.ctx, "amplify")); len(all) != 2 || all[0].End != "2028-06-30" || all[1].End != "2027-06-30" {
			t.Errorf("its history is %+v", all)
		}
		for _, wrong := range []apps.Agreement{
			{Version: 2, Start: "1.7.2026"},
			{Version: 2, Start: "2026-07-01", End: "2026-06-30"},
			{Version: 2, Contact: "two\nlines"},
			{Version: 2, Categories: []catalog.Category{"Shoe size"}},
		} {
			_, err := d.SaveAgreement(d.ctx, "amplify", wrong, ada)
			wantFault(t, err, fault.Invalid)
		}
		_, err = d.SaveAgreement(d.ctx, "nobody", agreed, ada)
		wantFault(t, err, fault.NotFound)
		d.check(d.Delete(d.ctx, "amplify", ada))
		if all := must[[]apps.Agreement](t)(d.Agreements(d.ctx, "amplify")); len(all) != 0 {
			t.Errorf("a deleted app has %+v", all)
		}
	})
}

func TestWhatAGrantGivesIsNamedByTheScheduleOfData(t *testing.T) {
	users := func(g policy.EntityGrant, guardians bool) policy.Grant {
		g.Open = true
		return policy.Grant{Entities: map[string]policy.EntityGrant{"users": g}, Scope: policy.Scope{Guardians: guardians}}
	}
	inside := func(around policy.EntityGrant, plural, name string) policy.Grant {
		return policy.Grant{Entities: map[string]policy.EntityGrant{"users": around, plural: {Fields: []string{name}}}}
	}
	off := policy.Grant{Entities: map[string]policy.EntityGrant{"users": {Fields: []string{"givenName"}}}}
	for says, c := range map[string]struct {
		grant policy.Grant
		want  []catalog.Category
	}{
		"nothing":                     {policy.Grant{}, nil},
		"an entity that is off":       {off, nil},
		"a field":                     {users(policy.EntityGrant{Fields: []string{"givenName"}}, false), []catalog.Category{catalog.StudentName}},
		"a masked field":              {users(policy.EntityGrant{Masks: map[string]policy.Mask{"familyName": policy.Initial}}, false), []catalog.Category{catalog.StudentName}},
		"how to reach students":       {users(policy.EntityGrant{Fields: []string{"email"}}, false), []catalog.Category{catalog.StudentContact}},
		"and guardians":               {users(policy.EntityGrant{Fields: []string{"email"}}, true), []catalog.Category{catalog.GuardianContact, catalog.StudentContact}},
		"a key that is known":         {users(policy.EntityGrant{Metadata: true, Keys: []string{"studentNumber"}}, false), []catalog.Category{catalog.StudentIdentifiers}},
		"a key that is not known":     {users(policy.EntityGrant{Metadata: true, Keys: []string{"lunchPin"}}, false), []catalog.Category{catalog.OtherData}},
		"a part of users":             {inside(policy.EntityGrant{Open: true}, "roles", "endDate"), []catalog.Category{catalog.Enrolling}},
		"a part of what is off":       {inside(policy.EntityGrant{}, "roles", "endDate"), nil},
		"a part that nothing shows":   {inside(policy.EntityGrant{Open: true}, "userProfiles", "profileType"), nil},
		"and once something does":     {inside(policy.EntityGrant{Open: true, Fields: []string{"userProfiles"}}, "userProfiles", "profileType"), []catalog.Category{catalog.StudentIdentifiers}},
		"keys behind a switch is off": {users(policy.EntityGrant{Keys: []string{"lunchPin"}}, false), nil},
	} {
		got := apps.CategoriesOf(c.grant)
		if !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
			t.Errorf("%s: %q; want %q", says, got, c.want)
		}
		agreed := apps.Agreement{Version: 1, Categories: []catalog.Category{catalog.StudentName}}
		for _, category := range agreed.Beyond(c.grant) {
			if category == catalog.StudentName || !slices.Contains(got, category) {
				t.Errorf("%s: %q is beyond the agreement", says, category)
			}
		}
		if (apps.Agreement{}).Beyond(c.grant) != nil {
			t.Errorf("%s: something is beyond no agreement", says)
		}
	}
}
