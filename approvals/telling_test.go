package approvals_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// things are the lines that tell what a change replaces, each behind its mark.
func (d district) things(c waiting.Change) (lines []string) {
	d.t.Helper()
	engine, err := rules()
	d.check(err)
	shown, err := d.Show(d.ctx, c.Number)
	d.check(err)
	for _, thing := range shown.Things(d.ctx, engine) {
		lines = append(lines, thing.Title)
		for _, line := range thing.Lines {
			lines = append(lines, line.Mark+line.Text)
		}
	}
	return lines
}

func (d district) tells(c waiting.Change, wanted ...string) {
	d.t.Helper()
	told := strings.Join(d.things(c), "\n")
	for _, want := range wanted {
		if !strings.Contains(told, want) {
			d.t.Errorf("the change does not tell %q:\n%s", want, told)
		}
	}
}

func TestWhoeverApprovesIsToldWhichGuardrailsGoWhoeverSavedThemMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		first := policy.Guardrail{ID: "no-calls", Files: withAgreement()}
		_, err := d.apps.SaveGuardrails(d.ctx, 0, []policy.Guardrail{first}, ada)
		d.check(err)
		d.mark(waiting.Marks{Names: []string{phone}})
		kept := policy.PersonalNeedsPurpose.Chosen(policy.Parameters{})
		_, err = d.apps.SaveGuardrails(d.ctx, 1, []policy.Guardrail{kept}, ada)
		c := d.waits(err)
		d.tells(c, "The guardrails", "-no-calls: no_agreement", "+personal-needs-purpose: Personal fields need a purpose")
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		second := policy.NoUnclassifiedKey.Chosen(policy.Parameters{})
		_, err = d.apps.SaveGuardrails(d.ctx, 1, []policy.Guardrail{first, second}, ben)
		d.check(err)
		d.tells(c, "-no-calls: no_agreement\n", "-no-unclassified-key: No key that nobody knows (it was saved after this change was asked for")
		d.want(d.Approve(d.ctx, c.Number, approvals.Approval{Effect: shown.Effects.Print}, ben), fault.Conflict)
	})
}

func TestWhoeverApprovesIsToldTheTextOfThePolicyAndTheLaterDays(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.check(d.ruled("schoolinks", 0, hides(phone)))
		d.mark(waiting.Marks{Names: []string{phone}})
		c := d.waits(d.ruled("schoolinks", 1, hidesIf("app", `input.day < "2990-01-01"`, `{"day": "2020-01-01"}`)))
		d.tells(c, "The policy of schoolinks", "-hide contains name if some name in [\"users.phone\"]", "+hide contains \"users.phone\" if input.day < \"2990-01-01\"")
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if len(shown.Effects.Later) != 1 || !strings.Contains(shown.Effects.Later[0].Title("it", ""), "once rules that turn on the day") || !slices.Equal(shown.Effects.Gains.Names, []string{phone}) {
			t.Errorf("the later effects are %+v, of %+v", shown.Effects.Later, shown.Effects.Gains)
		}
	})
}

func TestWhoeverApprovesIsToldTheAgreementAndWhatItGivesFromItsFirstDayOn(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		doors()["apps.SaveAgreement"].before(d)
		d.mark(waiting.Marks{Names: []string{phone}})
		_, err := d.apps.SaveAgreement(d.ctx, "schoolinks", apps.Agreement{Version: 1, Start: "2980-01-01", End: "2990-01-01", Basis: "FERPA", Categories: nil}, ada)
		c := d.waits(err)
		d.tells(c, "The agreement of schoolinks", "-start: 2020-01-01", "+start: 2980-01-01", "-end: 2021-01-01", "+end: 2990-01-01", "-legal basis: none", "+legal basis: FERPA")
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if len(shown.Effects.Later) == 0 || shown.Effects.Later[0].Day != "2980-01-01" {
			t.Errorf("the later effects are %+v", shown.Effects.Later)
		}
	})
}

func TestWhoeverApprovesIsToldTheKindOfProduct(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		doors()["apps.SetVendor"].before(d)
		d.mark(waiting.Marks{Names: []string{phone}})
		d.tells(d.waits(d.apps.SetVendor(d.ctx, "schoolinks", policy.Library, ada)), "-planning", "+library")
	})
}

func TestTheLedgerAndTheListHaveWhatWasApprovedAndNotWhatWasAskedFor(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		c := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone, "users.sms"}}))
		d.mark(waiting.Marks{Names: []string{phone, "users.sms"}})
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		d.check(d.approve(c))
		told := d.recorded("approval.approve")
		if len(told) != 1 || !strings.Contains(told[0], "users.sms") || !strings.Contains(told[0], phone) {
			t.Errorf("the ledger is told %q", told)
		}
		if asked := d.recorded("approval.ask"); len(asked) != 1 || strings.Contains(asked[0], "users.sms") {
			t.Errorf("the ledger was told %q", asked)
		}
		all, err := d.List(d.ctx, waiting.Approved, 0)
		d.check(err)
		if len(all) != 1 || !slices.Equal(all[0].Gains.Names, []string{phone, "users.sms"}) || all[0].Effect != shown.Effects.Print || all[0].DecidedBy != ben.Actor {
			t.Errorf("the list has %+v", all)
		}
	})
}

func TestAChangeOfSomebodyWhoMayAskForNothingAnyMoreIsNotApprovedUnseen(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		c := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.left[ada.Actor] = "is suspended"
		d.want(d.Approve(d.ctx, c.Number, approvals.Approval{Effect: c.Effect}, ben), fault.Conflict)
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if shown.Standing != "is suspended" || !shown.Another {
			t.Errorf("it is shown with %q", shown.Standing)
		}
		d.check(d.approve(c))
	})
}

func TestAFileOptsOutAtOnceAndOnlyWhatGoesWaits(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		_, err := d.out.Add(d.ctx, []optouts.Wanted{{Student: "ana"}}, ada)
		d.check(err)
		d.mark(waiting.Marks{Names: []string{phone}})
		file := []optouts.Wanted{{Student: "ben"}}
		_, err = d.out.Replace(d.ctx, file, true, ada)
		c := d.waits(err)
		if !strings.Contains(err.Error(), "1 opt-out is added at once, and nothing else is changed yet") {
			t.Errorf("it says %v", err)
		}
		left := d.outOf("ben")
		if d.outOf("ana") != 1 || left != 1 {
			t.Errorf("of ana there are %d opt-outs, of ben %d", d.outOf("ana"), left)
		}
		if again := d.waits(second(d.out.Replace(d.ctx, file, true, ada))); again.Number != c.Number {
			t.Error("asked for again it waits a second time")
		}
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if len(shown.Effects.OptOuts) != 1 || len(shown.Effects.OptedOut) != 0 {
			t.Errorf("it would come to %+v", shown.Effects)
		}
		d.check(d.approve(c))
		if d.outOf("ana") != 0 || d.outOf("ben") != 1 {
			t.Error("the register is not what was approved")
		}
	})
}

func TestAnOptOutThatAnotherOneCoversGoesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.check(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		_, err := d.out.Add(d.ctx, []optouts.Wanted{{Student: "ana", App: "schoolinks"}}, ada)
		d.check(err)
		d.mark(waiting.Marks{Names: []string{phone}})
		_, err = d.out.Replace(d.ctx, []optouts.Wanted{{Student: "ana"}}, true, ada)
		d.check(err)
		if d.outOf("ana") != 1 {
			t.Errorf("of ana there are %d opt-outs", d.outOf("ana"))
		}
	})
}

func second[T any](_ T, err error) error { return err }

// outOf counts the opt-outs of a student.
func (d district) outOf(student string) int {
	d.t.Helper()
	_, lines, err := d.out.Student(d.ctx, student)
	if !fault.Is(err, fault.NotFound) {
		d.check(err)
	}
	return len(lines)
}
