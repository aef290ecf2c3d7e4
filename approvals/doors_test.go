package approvals_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/manners"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// door is a way to change something: with what is done before anything is marked, and a
// change that would give schoolinks what is marked, or more people of it. Where it can never
// do so, says why.
type door struct {
	before func(d district)
	widens func(d district) error
	never  string
}

// phone is marked; schoolinks does not have it at first.
const phone = "users.phone"

// doors are all ways to change something, by their names.
func doors() map[string]door {
	shares := func(d district) { d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}})) }
	hidden := func(d district) {
		shares(d)
		engine, err := rules()
		d.check(err)
		_, _, err = d.apps.SavePolicy(d.ctx, engine, "schoolinks", 0, hides(phone), ada)
		d.check(err)
	}
	optedOut := func(d district) {
		shares(d)
		_, err := d.out.Add(d.ctx, []optouts.Wanted{{Student: "ana"}}, ada)
		d.check(err)
	}
	suspended := func(d district) {
		shares(d)
		d.check(d.apps.Suspend(d.ctx, "schoolinks", ada))
	}
	guardrail := func(d district) {
		shares(d)
		_, err := d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{policy.ClassNeverForVendor.Chosen(policy.Parameters{Class: catalog.Contact, Vendor: policy.Planning})}, ada)
		d.check(err)
	}
	vendor := func(d district) {
		guardrail(d)
		d.check(d.apps.SetVendor(d.ctx, "schoolinks", policy.Planning, ada))
	}
	agreed := func(d district) {
		shares(d)
		_, err := d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Start: "2020-01-01", End: "2021-01-01"}, ada)
		d.check(err)
		rules := []policy.Guardrail{{ID: "contact-needs-agreement", Files: withAgreement()}}
		_, err = d.apps.SaveGuardrails(d.ctx, 0, rules, ada)
		d.check(err)
	}
	// A policy gives the one where it takes the other, which the ceiling takes.
	instead := func(d district) {
		const other = "demographics.birthDate"
		d.check(d.set("schoolinks", apps.Edit{Demographics: new(true), Share: []string{phone, other}, Lift: []string{phone}, Reason: "The board."}))
		engine, err := rules()
		d.check(err)
		condition := `count({g | some g in input.granted; g.name == "` + other + `"}) == 1`
		_, _, err = d.apps.SavePolicy(d.ctx, engine, "schoolinks", 0, hidesIf("app", condition, `{"granted": [{"name": "`+other+`"}]}`), ada)
		d.check(err)
	}
	held := func(d district) apps.Permissions {
		all, err := d.apps.Permissions(d.ctx)
		d.check(err)
		return all[slices.IndexFunc(all, func(p apps.Permissions) bool { return p.App.ID == "schoolinks" })]
	}
	return map[string]door{
		"apps.SaveGrant": {nothing, func(d district) error { return d.set("schoolinks", apps.Edit{Share: []string{phone}}) }, ""},
		"apps.CopyGrant": {nothing, func(d district) error {
			_, err := d.apps.CopyGrant(d.ctx, apps.Copying{From: "alexandria", To: "schoolinks"}, ada)
			return err
		}, ""},
		"apps.SaveTogether": {nothing, func(d district) error {
			engine, err := rules()
			d.check(err)
			from := held(d)
			edited, err := apps.Edit{Share: []string{phone}}.Apply(from.Grant.Grant, nil)
			d.check(err)
			_, err = d.apps.SaveTogether(d.ctx, engine, []apps.Saving{{From: from, Grant: &edited.Grant}}, ada)
			return err
		}, ""},
		"apps.SaveUnder": {nothing, func(d district) error {
			engine, err := rules()
			d.check(err)
			from := held(d)
			edited, err := apps.Edit{Share: []string{phone}}.Apply(from.Grant.Grant, nil)
			d.check(err)
			kept := &apps.Guarding{Rules: []policy.Guardrail{policy.PersonalNeedsPurpose.Chosen(policy.Parameters{})}}
			_, err = d.apps.SaveUnder(d.ctx, engine, kept, []apps.Saving{{From: from, Grant: &edited.Grant}}, ada)
			return err
		}, ""},
		"apps.SavePolicy": {hidden, func(d district) error {
			engine, err := rules()
			d.check(err)
			_, _, err = d.apps.SavePolicy(d.ctx, engine, "schoolinks", 1, hides("users.sms"), ada)
			return err
		}, ""},
		"apps.RemovePolicy": {hidden, func(d district) error {
			_, err := d.apps.RemovePolicy(d.ctx, "schoolinks", 1, ada)
			return err
		}, ""},
		"apps.Enable": {suspended, func(d district) error { return d.apps.Enable(d.ctx, "schoolinks", ada) }, ""},
		"apps.EnableFrom": {suspended, func(d district) error {
			return d.apps.EnableFrom(d.ctx, "schoolinks", held(d).Grant.Base(), ada)
		}, ""},
		"approvals.SaveMarks": {nothing, func(d district) error {
			_, err := d.SaveMarks(d.ctx, 1, waiting.Marks{}, ada)
			return err
		}, ""},
		"apps.SaveGuardrails": {guardrail, func(d district) error {
			_, err := d.apps.SaveGuardrails(d.ctx, 1, nil, ada)
			return err
		}, ""},
		"apps.SaveAgreement": {agreed, func(d district) error {
			_, err := d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Version: 1, Start: "2020-01-01", End: "2990-01-01"}, ada)
			return err
		}, ""},
		"apps.SetVendor":   {vendor, func(d district) error { return d.apps.SetVendor(d.ctx, "schoolinks", policy.Library, ada) }, ""},
		"apps.HoldCeiling": {instead, func(d district) error { return d.apps.HoldCeiling(d.ctx, "schoolinks", ada) }, ""},
		"optouts.Remove": {optedOut, func(d district) error {
			user, _, err := d.out.Student(d.ctx, "ana")
			d.check(err)
			return d.out.Remove(d.ctx, user, []string{optouts.AllApps}, ada)
		}, ""},
		"optouts.Replace": {optedOut, func(d district) error {
			_, err := d.out.Replace(d.ctx, nil, true, ada)
			return err
		}, ""},

		"apps.Create":        {never: "an app that is added is pending, and gets nothing before it is enabled"},
		"approvals.Approve":  {never: "it is the approval"},
		"approvals.Decline":  {never: "it changes nothing of what apps get"},
		"approvals.Withdraw": {never: "it changes nothing of what apps get"},
		"apps.Suspend":       {never: "it takes everything"},
		"apps.Delete":        {never: "it takes everything"},
		"apps.Rotate":        {never: "a secret opens no more than another"},
		"apps.RotateFrom":    {never: "a secret opens no more than another"},
		"manners.Set":        {never: "the form of answers gives an app nothing"},
		"apps.Rekey":         {never: "the store's key says nothing of what apps get"},
		"apps.RekeyLost":     {never: "the store's key says nothing of what apps get"},
		"optouts.Add":        {never: "an opt-out only takes"},
	}
}

func nothing(district) {}

// changing lists the methods that somebody changes something by.
func changing(of any, prefix string) (names []string) {
	by := reflect.TypeFor[apps.By]()
	for method := range reflect.TypeOf(of).Methods() {
		for i := range method.Type.NumIn() {
			if method.Type.In(i) == by {
				names = append(names, prefix+method.Name)
			}
		}
	}
	return names
}

func TestEveryWayToChangeSomethingIsADoorOfTheseTests(t *testing.T) {
	all := slices.Concat(changing(&apps.Registry{}, "apps."), changing(&optouts.Registry{}, "optouts."), changing(&manners.Registry{}, "manners."), changing(&approvals.Desk{}, "approvals."))
	slices.Sort(all)
	if known := slices.Sorted(maps.Keys(doors())); !slices.Equal(all, known) {
		t.Errorf("the methods that change something are\n%q, and the doors\n%q", all, known)
	}
}

func TestWhicheverWayAnAppWouldGainWhatIsMarkedItWaitsAndNothingChanges(t *testing.T) {
	for name, door := range doors() {
		if door.never != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d district) {
				door.before(d)
				d.mark(waiting.Marks{Names: []string{phone}})
				before, shared := d.stamp(), d.shared("schoolinks")
				c := d.waits(door.widens(d))
				if c.State != waiting.Waits || c.Actor != ada.Actor || c.Reason != ada.Reason || len(c.Gains.All()) == 0 && !c.Gains.Marks {
					t.Errorf("what waits is %+v", c)
				}
				if d.stamp() != before || !slices.Equal(d.shared("schoolinks"), shared) {
					t.Error("the permissions moved though the change waits")
				}
				if again := d.waits(door.widens(d)); again.Number != c.Number {
					t.Errorf("asked for again it waits a second time, as %d and %d", c.Number, again.Number)
				}
				d.check(d.approve(c))
				if stamp := d.stamp(); name != "approvals.SaveMarks" && stamp.Permission != before.Permission+1 {
					t.Errorf("the permissions moved by %d", stamp.Permission-before.Permission)
				}
				if left, err := d.List(d.ctx, waiting.Waits, 0); err != nil || len(left) > 0 {
					t.Errorf("there wait still %v, %v", left, err)
				}
			})
		})
	}
}

func TestWithNothingMarkedNothingWaits(t *testing.T) {
	for name, door := range doors() {
		if door.never != "" || name == "approvals.SaveMarks" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d district) {
				door.before(d)
				d.check(door.widens(d))
				all, err := d.List(d.ctx, "", 0)
				d.check(err)
				if len(all) > 0 || len(d.recorded("approval.ask")) > 0 {
					t.Errorf("%+v waits", all)
				}
			})
		})
	}
}

func TestWhatTakesSomethingAwayNeverWaits(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone, "users.familyName"}}))
		d.mark(waiting.Marks{Classes: waiting.MarkableClasses(), Apps: []string{"schoolinks"}})
		engine, err := rules()
		d.check(err)
		off := false
		for what, edit := range map[string]apps.Edit{
			"a mask": {Mask: []string{"users.familyName=initial"}}, "a field": {Hide: []string{phone}},
			"orgs": {Orgs: &policy.Among{Only: []string{"oak"}}}, "the unenrolled": {Unenrolled: &off},
		} {
			if err := d.set("schoolinks", edit); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, _, err = d.apps.SavePolicy(d.ctx, engine, "schoolinks", 0, hides("users.email"), ada)
		d.check(err)
		_, err = d.out.Add(d.ctx, []optouts.Wanted{{Student: "ana"}}, ada)
		d.check(err)
		d.mark(waiting.Marks{Classes: waiting.MarkableClasses(), Apps: []string{"alexandria", "schoolinks"}, PageOnly: true})
		d.check(d.apps.Suspend(d.ctx, "schoolinks", ada))
		d.check(d.apps.Delete(d.ctx, "schoolinks", ada))
	})
}

func TestMorePeopleOrAFinerMaskOrALaterEndOfWhatIsMarkedWaits(t *testing.T) {
	on := true
	for what, one := range map[string]struct{ first, then apps.Edit }{
		"orgs":      {apps.Edit{Orgs: &policy.Among{Only: []string{"oak"}}}, apps.Edit{Orgs: &policy.Among{Only: []string{"elm", "oak"}}}},
		"all orgs":  {apps.Edit{Orgs: &policy.Among{Only: []string{"oak"}}}, apps.Edit{Orgs: &policy.Among{All: true}}},
		"guardians": {apps.Edit{}, apps.Edit{Guardians: &on}},
		"former":    {apps.Edit{}, apps.Edit{Former: &on}},
		"a mask":    {apps.Edit{Mask: []string{"users.phone=initial"}}, apps.Edit{Share: []string{phone}}},
		"the end":   {apps.Edit{Until: day(2030)}, apps.Edit{Until: day(2031)}},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, d district) {
				d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
				d.check(d.set("schoolinks", one.first))
				d.mark(waiting.Marks{Names: []string{phone}})
				c := d.waits(d.set("schoolinks", one.then))
				if !slices.Equal(c.Gains.All(), []string{phone}) {
					t.Errorf("the gains are %+v", c.Gains)
				}
				if err := d.set("schoolinks", apps.Edit{Share: []string{"users.middleName"}}); err != nil {
					t.Errorf("what is not marked: %v", err)
				}
			})
		})
	}
}

func TestGuardiansAreMarkedByTheirCategory(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Categories: []catalog.Category{catalog.GuardianContact}})
		on := true
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		if c := d.waits(d.set("schoolinks", apps.Edit{Guardians: &on})); !slices.Contains(c.Gains.All(), phone) {
			t.Errorf("the gains are %+v", c.Gains)
		}
	})
}

// A change that waits is made by whoever approves it, and by nobody else.
func TestNothingButTheDeskCarriesOutWhatWaits(t *testing.T) {
	err := filepath.WalkDir("..", func(name string, entry os.DirEntry, err error) error {
		if entry != nil && entry.Name() == "node_modules" { // which the browser's tests may be installing
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "../approvals/") {
			return err
		}
		text, err := os.ReadFile(name)
		if strings.Contains(string(text), "Apps.Carry(") || strings.Contains(string(text), "OptOuts.Carry(") || strings.Contains(string(text), "waiting.Settle(") {
			t.Errorf("%s carries out what waits", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An agreement that begins tomorrow gives nothing today.
func TestWhatIsGivenFromALaterDayOnWaitsToday(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		doors()["apps.SaveAgreement"].before(d)
		d.mark(waiting.Marks{Names: []string{phone}})
		_, err := d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Version: 1, Start: "2980-01-01", End: "2990-01-01"}, ada)
		if c := d.waits(err); !slices.Contains(c.Gains.All(), phone) {
			t.Errorf("the gains are %+v", c.Gains)
		}
		_, err = d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Version: 1, Start: "2019-01-01", End: "2020-01-01"}, ada)
		d.check(err)
	})
}

// A policy that hides something until tomorrow does not hide it.
func TestAPolicyThatReadsTheDayHidesNothingForGood(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		engine, err := rules()
		d.check(err)
		doors()["apps.RemovePolicy"].before(d)
		d.mark(waiting.Marks{Names: []string{phone}})
		until := hides(phone)
		until["app.rego"] = "package rostergate.app\n\n# METADATA\n# title: not_yet\n# description: Not before the contract.\nhide contains \"" + phone + "\" if input.day < \"2990-01-01\"\n"
		until["app_test.rego"] = strings.TrimSpace(until["app_test.rego"]) + " with input as {\"day\": \"2026-01-01\"}\n"
		_, _, err = d.apps.SavePolicy(d.ctx, engine, "schoolinks", 1, until, ada)
		d.waits(err)
		other := hides(phone, "users.sms")
		_, _, err = d.apps.SavePolicy(d.ctx, engine, "schoolinks", 1, other, ada)
		d.check(err)
	})
}
