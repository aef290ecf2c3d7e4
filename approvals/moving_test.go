package approvals_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/waiting"
)

// hidesIf is a policy, or a guardrail, that hides the phone under a condition, which the input
// of its test meets.
func hidesIf(form, condition, input string) rego.Source {
	return rego.Source{
		form + ".rego":      "package rostergate." + form + "\n\n# METADATA\n# title: not_yet\n# description: Not before the contract.\nhide contains \"" + phone + "\" if " + condition + "\n",
		form + "_test.rego": "package rostergate." + form + "_test\n\ntest_it if \"" + phone + "\" in data.rostergate." + form + ".hide with input as " + input + "\n",
	}
}

// byItself are conditions that hold today, and some day no longer though nobody changes
// anything.
func byItself() map[string][2]string {
	return map[string][2]string{
		"the day":         {`input.day < "2990-01-01"`, `{"day": "2026-01-01"}`},
		"the roster":      {`count({m | some m in input.members; m.name == "users.metadata.cohort"}) == 0`, `{"members": []}`},
		"what is granted": {`count({g | some g in input.granted; g.name == "users.metadata.cohort"}) == 0`, `{"granted": []}`},
	}
}

func (d district) ruled(app string, base int64, files rego.Source) error {
	d.t.Helper()
	engine, err := rules()
	d.check(err)
	_, _, err = d.apps.SavePolicy(d.ctx, engine, app, base, files, ada)
	return err
}

func TestWhatARuleThatWasThereKeepsBackUntilTheDayOrTheRosterIsAnotherWaits(t *testing.T) {
	for what, one := range byItself() {
		for _, form := range []string{"app", "guardrail"} {
			t.Run(what+" by "+form, func(t *testing.T) {
				each(t, func(t *testing.T, d district) {
					d.check(d.set("schoolinks", apps.Edit{Orgs: &policy.Among{Only: []string{"oak"}}}))
					d.check(d.set("alexandria", apps.Edit{Share: []string{phone}}))
					d.mark(waiting.Marks{Names: []string{phone}})
					if form == "app" {
						d.check(d.ruled("schoolinks", 0, hidesIf(form, one[0], one[1])))
						c := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
						d.check(d.approve(c))
					} else {
						// A guardrail refuses the tick: the app had it before there was one.
						d.check(d.approve(d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))))
						_, err := d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{{ID: "not-yet", Files: hidesIf(form, one[0], one[1])}}, ada)
						d.check(err)
					}
					if d.gets("schoolinks", phone) {
						t.Fatal("the rule hides nothing")
					}
					d.check(d.set("schoolinks", apps.Edit{Share: []string{"users.middleName"}}))
					d.check(d.set("schoolinks", apps.Edit{Hide: []string{"users.middleName"}}))
					c := d.waits(d.set("schoolinks", apps.Edit{Orgs: &policy.Among{All: true}}))
					if !slices.Equal(c.Gains.All(), []string{phone}) {
						t.Errorf("the gains are %+v", c.Gains)
					}
					if form == "app" { // the guardrail refuses to enable it at all
						d.check(d.apps.Suspend(d.ctx, "schoolinks", ada))
						d.waits(d.apps.Enable(d.ctx, "schoolinks", ada))
					}
				})
			})
		}
	}
}

func TestAPolicyThatHidesWhateverTheDayIsKeepsATickFromWaiting(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		d.check(d.ruled("schoolinks", 0, hides(phone)))
		_, err := d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{{ID: "not-yet", Files: hidesIf("guardrail", `input.day < "2990-01-01"`, `{"day": "2026-01-01"}`)}}, ada)
		d.check(err)
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
	})
}

// A rule that hides something from a later day on hides it no longer from then on, once it goes.
func TestARuleThatWouldHideSomethingLaterGoesOnlyOnceItIsApproved(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		later := hidesIf("app", `input.day > "2990-01-01"`, `{"day": "2991-01-01"}`)
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.check(d.ruled("schoolinks", 0, later))
		rule := policy.Guardrail{ID: "not-for-ever", Files: hidesIf("guardrail", `input.day > "2990-01-01"`, `{"day": "2991-01-01"}`)}
		_, err := d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{rule}, ada)
		d.check(err)
		d.mark(waiting.Marks{Names: []string{phone}})
		_, err = d.apps.RemovePolicy(d.ctx, "schoolinks", 1, ada)
		if c := d.waits(err); !slices.Equal(c.Gains.Wider, []string{phone}) {
			t.Errorf("the gains are %+v", c.Gains)
		}
		_, err = d.apps.SaveGuardrails(d.ctx, 1, nil, ada)
		d.waits(err)
		_, err = d.apps.SaveGuardrails(d.ctx, 1, []policy.Guardrail{rule, policy.PersonalNeedsPurpose.Chosen(policy.Parameters{})}, ada)
		d.check(err)
	})
}

// An agreement may keep something back for as long as it holds, too.
func TestWhatIsGivenOnceAnAgreementIsOverWaitsToday(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		rule := hidesIf("guardrail", `input.agreement.in_force`, `{"agreement": {"in_force": true}}`)
		_, err := d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Start: "2020-01-01"}, ada)
		d.check(err)
		_, err = d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{{ID: "during", Files: rule}}, ada)
		d.check(err)
		d.mark(waiting.Marks{Names: []string{phone}})
		_, err = d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Version: 1, Start: "2020-01-01", End: "2989-01-01"}, ada)
		d.waits(err)
	})
}

func TestAnOptOutFromWhatAnAppGetsOnALaterDayWaitsToday(t *testing.T) {
	start := time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	for what, rule := range map[string]policy.Guardrail{
		"the agreement": {ID: "agreed", Files: withAgreement()},
		"the day":       {ID: "not-yet", Files: hidesIf("guardrail", fmt.Sprintf("input.day < %q", start), `{"day": "2020-01-01"}`)},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, d district) {
				d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
				_, err := d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Start: start}, ada)
				d.check(err)
				_, err = d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{rule}, ada)
				d.check(err)
				_, err = d.out.Add(d.ctx, []optouts.Wanted{{Student: "ana", App: "schoolinks"}}, ada)
				d.check(err)
				d.mark(waiting.Marks{Names: []string{phone}})
				user, _, err := d.out.Student(d.ctx, "ana")
				d.check(err)
				d.waits(d.out.Remove(d.ctx, user, []string{"schoolinks"}, ada))
				d.check(d.set("schoolinks", apps.Edit{Hide: []string{phone}}))
				d.check(d.out.Remove(d.ctx, user, []string{"schoolinks"}, ada))
			})
		})
	}
}
