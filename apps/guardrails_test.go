package apps_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// guards saves guardrails, in the place of those that hold.
func (d district) guards(rules ...policy.Guardrail) guardrails.Saved {
	d.t.Helper()
	holds := must[guardrails.Saved](d.t)(d.Guardrails(d.ctx))
	return must[guardrails.Saved](d.t)(d.SaveGuardrails(d.ctx, holds.Version, rules, ada))
}

// uncapped lets no ceiling hold, as of apps of before there were any: what a ceiling hides
// breaks no guardrail.
func (d district) uncapped() {
	d.t.Helper()
	d.check(d.DB.Write.Exec("UPDATE apps SET ceiling = FALSE").Error)
}

func agreementNeeded() policy.Guardrail {
	return policy.SpecialNeedsAgreement.Chosen(policy.Parameters{})
}

// noCalls is a guardrail that the district wrote.
func noCalls() policy.Guardrail {
	return policy.Guardrail{ID: "no-calls", Files: rego.Source{
		"guardrail.rego":      "package rostergate.guardrail\n\n# METADATA\n# title: No calls\n# description: Nobody is called at home.\nhide contains \"users.phone\"\n",
		"guardrail_test.rego": "package rostergate.guardrail_test\n\nimport data.rostergate.guardrail\n\ntest_phones if \"users.phone\" in guardrail.hide\n",
	}}
}

// edited is what an edit makes of the grant that holds for amplify.
func (d district) edited(e apps.Edit) (int64, policy.Grant) {
	d.t.Helper()
	held := must[apps.SavedGrant](d.t)(d.Grant(d.ctx, "amplify"))
	return held.Version, must[apps.Edited](d.t)(e.Apply(held.Grant, nil)).Grant
}

// shares saves an edit for amplify.
func (d district) shares(e apps.Edit) error {
	base, grant := d.edited(e)
	_, err := d.SaveGrant(d.ctx, "amplify", base, grant, ada)
	return err
}

// refusesFor checks that what breaks a guardrail is refused, says so, and leaves nothing.
func (d district) refusesFor(says, guardrail, field string, through func() error) {
	d.t.Helper()
	before, told := d.stamp(), len(d.outbox())
	err := through()
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), guardrail) || !strings.Contains(err.Error(), field) {
		d.t.Errorf("%s: the error is %v", says, err)
	}
	if d.stamp() != before || len(d.outbox()) != told {
		d.t.Errorf("%s: what was refused left something behind", says)
	}
}

func TestWhatBreaksAGuardrailIsRefusedAtEveryDoor(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.seen(key("iepStatus"), key("homeLanguage"))
		_, _, err := d.Create(d.ctx, apps.NewApp{ID: "waiting", Name: "Waiting"}, ada)
		d.check(err)
		d.add("amplify")
		d.add("alexandria")
		d.uncapped()
		_, err = d.CopyGrant(d.ctx, apps.Copying{From: "alexandria", To: "waiting"}, ada)
		d.check(err)
		d.guards(agreementNeeded(), noCalls())
		engine := must[*policy.Engine](t)(d.Engine())
		iep := catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "iepStatus"}

		d.refusesFor("a grant", "Special fields need an agreement: There is no agreement with this vendor that is in force today. Save the agreement, or leave these out", "users.pronouns", func() error {
			return d.shares(apps.Edit{Share: []string{"users.pronouns"}})
		})
		d.refusesFor("a grant that masks it", "No calls: Nobody is called at home", "users.phone", func() error {
			return d.shares(apps.Edit{Mask: []string{"users.phone"}})
		})
		d.refusesFor("a review", "Special fields need an agreement", "demographics.metadata.iepStatus", func() error {
			return d.Enable(d.ctx, "amplify", ada, iep)
		})
		d.refusesFor("a copy", "No calls", "users.phone", func() error {
			_, err := d.CopyGrant(d.ctx, apps.Copying{From: "alexandria", To: "amplify"}, ada)
			return err
		})
		d.refusesFor("an app that is enabled", "No calls", "users.phone", func() error { return d.Enable(d.ctx, "waiting", ada) })
		d.refusesFor("what several are to have", "No calls", "users.phone", func() error {
			saving := without(d.holding("amplify"))
			_, grant := d.edited(apps.Edit{Share: []string{"users.phone"}})
			saving.Grant = &grant
			_, err := d.SaveTogether(d.ctx, engine, []apps.Saving{saving}, ada)
			return err
		})
		// Behind a policy that hides it the tick breaks nothing: without the policy it does.
		_, _, err = d.SavePolicy(d.ctx, engine, "amplify", 0, noPhones(), ada)
		d.check(err)
		d.check(d.shares(apps.Edit{Share: []string{"users.phone"}}))
		d.refusesFor("a policy that is removed", "No calls", "users.phone", func() error {
			_, err := d.RemovePolicy(d.ctx, "amplify", 1, ada)
			return err
		})
		d.refusesFor("a policy that hides less", "No calls", "users.phone", func() error {
			other := noPhones()
			for name, text := range other {
				other[name] = strings.ReplaceAll(text, "users.phone", "users.sms")
			}
			_, _, err := d.SavePolicy(d.ctx, engine, "amplify", 1, other, ada)
			return err
		})
		// So it is with a ceiling, which a lift gets past and a guardrail not.
		d.check(d.HoldCeiling(d.ctx, "amplify", ada))
		_, err = d.RemovePolicy(d.ctx, "amplify", 1, ada)
		d.check(err)
		d.refusesFor("a lift", "No calls", "users.phone", func() error {
			return d.shares(apps.Edit{Lift: []string{"users.phone"}, Reason: "families are called"})
		})
		d.check(d.shares(apps.Edit{Share: []string{"users.middleName"}}))
	})
}

func TestAnAgreementOpensWhatIsSpecialAndItsEndHidesIt(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.uncapped()
		d.guards(agreementNeeded())
		_, err := d.SaveAgreement(d.ctx, "amplify", apps.Agreement{Start: "2026-09-01", End: "2026-09-30", Basis: "a contract"}, ada)
		d.check(err)
		d.check(d.shares(apps.Edit{Share: []string{"users.pronouns"}}))
		shared := func() bool {
			in := must[policy.Input](t)(apps.ReadInput(d.DB.Read, "amplify"))
			in.App.State, in.TokenScopes, in.Now = policy.Enabled, catalog.TokenScopes(), d.clock.read()
			engine := must[*policy.Engine](t)(d.Engine())
			return len(gets(must[policy.Decision](t)(engine.Decide(d.ctx, in)), "users.pronouns")) == 1
		}
		if !shared() {
			t.Error("with an agreement it is hidden")
		}
		d.clock.pass(30 * 24 * time.Hour)
		before := d.stamp()
		d.check(d.BeginDay(d.ctx))
		if shared() || d.stamp() == before {
			t.Error("behind the last day it is shared, or nobody is told to decide anew")
		}
		// An agreement that ends is put on record whatever hangs on it.
		_, err = d.SaveAgreement(d.ctx, "amplify", apps.Agreement{Version: 1, Basis: "a new contract"}, ada)
		d.check(err)
		if !shared() {
			t.Error("with a new agreement it is hidden")
		}
		_, err = d.SaveAgreement(d.ctx, "amplify", apps.Agreement{Version: 2}, ada)
		d.check(err)
		if shared() {
			t.Error("an agreement that says nothing opens it")
		}
	})
}

func TestWhatWasSavedBeforeAGuardrailIsHiddenAndRefusesNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.uncapped()
		d.check(d.shares(apps.Edit{Share: []string{"users.phone", "users.pronouns"}}))
		d.guards(noCalls())
		d.check(d.shares(apps.Edit{Share: []string{"users.middleName"}}))
		d.check(d.shares(apps.Edit{Hide: []string{"users.phone"}}))
		d.refusesFor("what is new again", "No calls", "users.phone", func() error {
			return d.shares(apps.Edit{Share: []string{"users.phone"}})
		})
	})
}

func TestGuardrailsAreSavedAsVersionsThatTheLedgerKnowsByTheirHash(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		if holds := must[guardrails.Saved](t)(d.Guardrails(d.ctx)); holds.Version != 0 || len(holds.Rules) > 0 {
			t.Fatalf("a new store has %+v", holds)
		}
		before, told := d.stamp(), len(d.outbox())
		saved := d.guards(agreementNeeded(), noCalls())
		if saved.Version != 1 || len(saved.Rules) != 2 || saved.Actor != ada.Actor || saved.Reason != ada.Reason || saved.SavedAt != "2026-09-01T08:00:00.000Z" {
			t.Errorf("saved is %+v", saved)
		}
		if holds := must[guardrails.Saved](t)(d.Guardrails(d.ctx)); holds.Version != 1 || !guardrails.Same(holds.Rules, saved.Rules) {
			t.Errorf("what holds is %+v", holds)
		}
		entries := d.outbox()[told:]
		i := slices.IndexFunc(entries, func(c change) bool { return c.Action == "guardrails.save" })
		if i < 0 || entries[i].App != "" || entries[i].Actor != ada.Actor || strings.Contains(entries[i].After, "users.phone") || !strings.Contains(entries[i].After, "sha256") || !strings.Contains(entries[i].After, "no-calls") {
			t.Errorf("on record is %+v", entries)
		}
		if after := d.stamp(); after.Permission != before.Permission+1 {
			t.Errorf("the permission revision went from %d to %d", before.Permission, after.Permission)
		}
		again, stamp := d.guards(agreementNeeded(), noCalls()), d.stamp()
		if again.Version != 1 || d.stamp() != stamp {
			t.Errorf("the same list is version %d", again.Version)
		}
		_, err := d.SaveGuardrails(d.ctx, 0, nil, ada)
		wantFault(t, err, fault.Conflict)
		if removed := d.guards(); removed.Version != 2 || len(removed.Rules) != 0 {
			t.Errorf("removed is %+v", removed)
		}
		history := must[[]guardrails.Saved](t)(d.GuardrailHistory(d.ctx))
		_, earlier, err := guardrails.Earlier(history, 0)
		if err != nil || earlier.Version != 1 || len(earlier.Rules) != 2 {
			t.Errorf("earlier is %+v: %v", earlier, err)
		}
	})
}

func TestGuardrailsThatWillNotDoAreNotSaved(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		failing, untested, misspelt := noCalls(), noCalls(), noCalls()
		failing.Files = rego.Source{"guardrail.rego": noCalls().Files["guardrail.rego"], "guardrail_test.rego": strings.ReplaceAll(noCalls().Files["guardrail_test.rego"], "users.phone", "users.sms")}
		untested.Files = rego.Source{"guardrail.rego": noCalls().Files["guardrail.rego"]}
		misspelt.Files = rego.Source{"guardrail.rego": strings.ReplaceAll(noCalls().Files["guardrail.rego"], "hide", "hides")}
		named := func(id string) policy.Guardrail { g := noCalls(); g.ID = id; return g }
		barring := policy.ClassNeverForVendor.Chosen
		for says, one := range map[string]struct {
			rules []policy.Guardrail
			want  string
		}{
			"a test that fails":          {[]policy.Guardrail{failing}, "the guardrail no-calls: the guardrail is not saved: 1 of 1 tests failed"},
			"no test":                    {[]policy.Guardrail{untested}, "the guardrail no-calls: the guardrail is not saved: no test ran"},
			"a rule of another name":     {[]policy.Guardrail{misspelt}, "the guardrail no-calls: guardrail.rego:6:1: nothing reads the rule hides"},
			"two of one ID":              {[]policy.Guardrail{noCalls(), noCalls()}, `There are two guardrails "no-calls"`},
			"no ID":                      {[]policy.Guardrail{named("")}, "Enter an ID of 1 to 40"},
			"an ID of the list":          {[]policy.Guardrail{named("special-needs-agreement")}, `The ID "special-needs-agreement" is that of`},
			"an ID that the list gives":  {[]policy.Guardrail{named("never-contact-for-library")}, `The ID "never-contact-for-library" is that of`},
			"no rules at all":            {[]policy.Guardrail{{ID: "ghost"}}, "The guardrail ghost has no rules."},
			"a kind that there is not":   {[]policy.Guardrail{{ID: "x", Kind: "special"}}, `no kind of guardrail is called "special"`},
			"a class that has no tick":   {[]policy.Guardrail{barring(policy.Parameters{Class: catalog.Structural, Vendor: policy.Library})}, `no class of fields is called "structural"`},
			"a product that there isn't": {[]policy.Guardrail{barring(policy.Parameters{Class: catalog.Special, Vendor: "games"})}, `no kind of product is called "games"`},
			"another name":               {[]policy.Guardrail{{ID: "x", Kind: policy.NoUnclassifiedKey}}, `the guardrail "x" of the kind no-unclassified-key is called no-unclassified-key`},
		} {
			stamp := d.stamp()
			_, err := d.SaveGuardrails(d.ctx, 0, one.rules, ada)
			if !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), one.want) {
				t.Errorf("%s: the error is %v", says, err)
			}
			if d.stamp() != stamp {
				t.Errorf("%s: the permission revision moved", says)
			}
		}
		_, err := d.SaveGuardrails(d.ctx, 0, nil, apps.By{})
		if err == nil {
			t.Error("nobody saved them")
		}
	})
}

func TestAnAdminSaysWhatKindOfProductAnAppIs(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		_, _, err := d.Create(d.ctx, apps.NewApp{Name: "Ours"}, ada)
		d.check(err)
		kind := func(app string) policy.Vendor { return d.holding(app).App.Kind() }
		if kind("amplify") != policy.Curriculum || kind("ours") != "" {
			t.Fatalf("they are %q and %q", kind("amplify"), kind("ours"))
		}
		d.guards(policy.ClassNeverForVendor.Chosen(policy.Parameters{Class: catalog.Special, Vendor: policy.Practice}))
		d.check(d.shares(apps.Edit{Share: []string{"users.pronouns"}}))
		before, told := d.stamp(), len(d.outbox())
		d.check(d.SetVendor(d.ctx, "amplify", policy.Practice, ada))
		last := d.outbox()[told:]
		if kind("amplify") != policy.Practice || d.stamp().Permission != before.Permission+1 {
			t.Errorf("it is %q", kind("amplify"))
		}
		if len(last) != 1 || last[0].Action != "app.vendor" || last[0].Before != `{"vendor":"curriculum"}` || last[0].After != `{"vendor":"practice"}` {
			t.Errorf("on record is %+v", last)
		}
		stamp := d.stamp()
		d.check(d.SetVendor(d.ctx, "amplify", policy.Practice, ada))
		wantFault(t, d.SetVendor(d.ctx, "amplify", "games", ada), fault.Invalid)
		wantFault(t, d.SetVendor(d.ctx, "nobody", policy.Practice, ada), fault.NotFound)
		if d.stamp() != stamp {
			t.Error("what changes nothing moved the revision")
		}
		d.refusesFor("what the kind may not have", "Never for this kind of product", "demographics.metadata.iepStatus", func() error {
			d.seen(key("iepStatus"))
			return d.Enable(d.ctx, "amplify", ada, catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "iepStatus"})
		})
		d.check(d.SetVendor(d.ctx, "amplify", "", ada))
		if kind("amplify") != policy.Curriculum {
			t.Errorf("it is %q", kind("amplify"))
		}
	})
}
