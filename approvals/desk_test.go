package approvals_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rostergate/rostergate/approvals"
	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/waiting"
)

// day is the end of a year, as a grant has it.
func day(year int) *time.Time {
	end := time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)
	return &end
}

func TestAnotherAdminApprovesWithAReasonAndTheLedgerHasBoth(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Classes: []catalog.Class{catalog.Personal}})
		c := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone, "demographics.birthDate"}, Demographics: on()}))
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		as := approvals.Approval{Effect: shown.Effects.Print}
		d.want(d.Approve(d.ctx, c.Number, as, ada), fault.Denied)
		d.want(d.Decline(d.ctx, c.Number, ada), fault.Denied)
		d.want(d.Withdraw(d.ctx, c.Number, ben), fault.Denied)
		d.want(d.Approve(d.ctx, c.Number, as, apps.By{Actor: ben.Actor}), fault.Invalid)
		if d.gets("schoolinks", "demographics.birthDate") {
			t.Fatal("it does not wait")
		}
		d.check(d.Approve(d.ctx, c.Number, as, ben))
		if !d.gets("schoolinks", "demographics.birthDate") {
			t.Error("what is approved is not given")
		}
		saved, err := d.apps.Grant(d.ctx, "schoolinks")
		d.check(err)
		if saved.Actor != ada.Actor || saved.Reason != ada.Reason {
			t.Errorf("the grant is saved by %s, %s", saved.Actor, saved.Reason)
		}
		told := strings.Join(d.recorded("approval.ask", "approval.approve"), "\n")
		for _, want := range []string{
			"approval.ask by ada@district.example, change 1: contract 12 was signed", "approval.approve by ben@district.example, change 1: read contract 12",
			`"asked_by":"ada@district.example"`, `"asked_reason":"contract 12 was signed"`, "demographics.birthDate",
		} {
			if !strings.Contains(told, want) {
				t.Errorf("the ledger does not say %s:\n%s", want, told)
			}
		}
		d.want(d.Approve(d.ctx, c.Number, as, ben), fault.Conflict)
		d.want(d.Approve(d.ctx, 99, as, ben), fault.NotFound)
	})
}

func on() *bool { yes := true; return &yes }

func TestWhatIsDeclinedOrWithdrawnIsNeverMade(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		before := d.stamp()
		declined := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.want(d.Decline(d.ctx, declined.Number, apps.By{Actor: ben.Actor}), fault.Invalid)
		d.check(d.Decline(d.ctx, declined.Number, ben))
		withdrawn := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		if withdrawn.Number == declined.Number {
			t.Fatal("what was declined waits again by itself")
		}
		d.check(d.Withdraw(d.ctx, withdrawn.Number, apps.By{Actor: ada.Actor}))
		for _, c := range []waiting.Change{declined, withdrawn} {
			d.want(d.approve(c), fault.Conflict)
		}
		if d.gets("schoolinks", phone) || d.stamp() != before {
			t.Error("it was made all the same")
		}
		if told := d.recorded("approval.decline", "approval.withdraw"); len(told) != 2 {
			t.Errorf("the ledger has %q", told)
		}
	})
}

func TestWhatComesToSomethingElseThanWasShownIsShownAnew(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		c := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if shown.Another {
			t.Error("nothing happened, and it is said to be another effect")
		}
		d.check(d.set("schoolinks", apps.Edit{Hide: []string{"users.email"}}))
		old := approvals.Approval{Effect: shown.Effects.Print}
		d.want(d.Approve(d.ctx, c.Number, old, ben), fault.Conflict)
		if d.gets("schoolinks", phone) {
			t.Fatal("it was approved by another effect")
		}
		anew, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if !anew.Another || anew.Effects.Print == shown.Effects.Print {
			t.Error("the new effect is not said to be another")
		}
		if after := anew.Effects.Of[0].After.Grant.Entities["users"].Fields; slices.Contains(anew.Effects.Of[0].Before.Grant.Entities["users"].Fields, "email") || !slices.Contains(after, "email") {
			t.Errorf("the effect shown is not that of what was asked for in the place of what holds: %q", after)
		}
		d.check(d.Approve(d.ctx, c.Number, approvals.Approval{Effect: anew.Effects.Print}, ben))
	})
}

func TestOfTwoWhoApproveAtOnceOneDoes(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		c := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		before := d.stamp()
		var all sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			all.Go(func() {
				errs[i] = d.Approve(d.ctx, c.Number, approvals.Approval{Effect: shown.Effects.Print}, apps.By{Actor: string(rune('b'+i)) + "@district.example", Reason: "yes"})
			})
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				d.want(err, fault.Conflict)
			}
		}
		if done != 1 || d.stamp().Permission != before.Permission+1 || len(d.recorded("approval.approve")) != 1 {
			t.Errorf("%d approved, and the permissions moved by %d", done, d.stamp().Permission-before.Permission)
		}
	})
}

func TestAChangeOfAnAppThatIsGoneOrSuspendedSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Names: []string{phone}})
		gone := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.check(d.apps.Delete(d.ctx, "schoolinks", ada))
		shown, err := d.Show(d.ctx, gone.Number)
		d.check(err)
		if shown.State != waiting.Withdrawn || shown.DecidedBy != ada.Actor || shown.DecidedReason != "the app was deleted" {
			t.Errorf("of an app that is gone it is %s by %s: %s", shown.State, shown.DecidedBy, shown.DecidedReason)
		}
		d.want(d.Approve(d.ctx, gone.Number, approvals.Approval{Effect: gone.Effect}, ben), fault.Conflict)
		if told := d.recorded("approval.withdraw"); len(told) != 1 {
			t.Errorf("the ledger has %q", told)
		}

		other := d.waits(d.apps.Enable(d.ctx, d.suspendedWithPhone(), ada))
		d.check(d.approve(other))
		if !d.gets("alexandria", phone) {
			t.Error("enabling was approved, and the app gets nothing")
		}
		d.check(d.set("alexandria", apps.Edit{Hide: []string{phone}}))
		asked := d.waits(d.set("alexandria", apps.Edit{Share: []string{phone}}))
		d.check(d.apps.Suspend(d.ctx, "alexandria", ada))
		d.check(d.approve(asked))
		if d.gets("alexandria", phone) {
			t.Error("an app that is suspended gets it")
		}
		d.waits(d.apps.Enable(d.ctx, "alexandria", ada)) // it gains it only now, and waits again
	})
}

// suspendedWithPhone suspends alexandria, which has the phone by its preset.
func (d district) suspendedWithPhone() string {
	d.t.Helper()
	d.check(d.apps.Suspend(d.ctx, "alexandria", ada))
	return "alexandria"
}

func TestAnAppThatIsAddedWaitsOnceItIsToBeEnabled(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Categories: []catalog.Category{catalog.Demographic}})
		_, _, err := d.apps.Create(d.ctx, apps.NewApp{Preset: "amplify"}, ada)
		d.check(err)
		d.check(d.set("amplify", apps.Edit{Share: []string{phone}}))
		c := d.waits(d.apps.Enable(d.ctx, "amplify", ada))
		if len(d.shared("amplify")) > 0 {
			t.Error("the app gets something before it is enabled")
		}
		d.check(d.approve(c))
		if !d.gets("amplify", "demographics.sex") {
			t.Error("the app is not enabled")
		}
	})
}

func TestOfADocumentOfSeveralAppsOfWhichOneWaitsNothingIsAppliedAndAllOfItWaits(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.mark(waiting.Marks{Apps: []string{"schoolinks"}})
		engine, err := rules()
		d.check(err)
		held, err := d.apps.Permissions(d.ctx)
		d.check(err)
		var savings []apps.Saving
		for _, from := range held {
			edited, err := apps.Edit{Share: []string{"users.sms"}}.Apply(from.Grant.Grant, nil)
			d.check(err)
			savings = append(savings, apps.Saving{From: from, Grant: &edited.Grant})
		}
		_, err = d.apps.SaveTogether(d.ctx, engine, savings, ada)
		c := d.waits(err)
		if d.gets("alexandria", "users.sms") || d.gets("schoolinks", "users.sms") {
			t.Fatal("a part of the document was applied")
		}
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if len(shown.Effects.Of) != 2 || c.Kind != "grants.apply" {
			t.Errorf("shown are %d effects of %s", len(shown.Effects.Of), c.Kind)
		}
		d.check(d.approve(c))
		if !d.gets("alexandria", "users.sms") || !d.gets("schoolinks", "users.sms") {
			t.Error("the document was not applied whole")
		}
	})
}

func TestNothingIsReviewedButWhatTheApproverTicks(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.brings("homeLanguage", "iepStatus")
		d.mark(waiting.Marks{Names: []string{"demographics.metadata.homeLanguage"}})
		share := apps.Edit{Demographics: on(), Metadata: map[string]bool{"demographics": true}, Share: []string{"demographics.metadata.homeLanguage", "demographics.metadata.iepStatus"}}
		c := d.waits(d.set("schoolinks", share))
		shown, err := d.Show(d.ctx, c.Number)
		d.check(err)
		if len(shown.Reviewing["schoolinks"]) != 2 {
			t.Errorf("to be reviewed are %v", shown.Reviewing)
		}
		d.check(d.approve(c, approvals.Tick{Member: catalog.ParseMember("demographics.metadata.homeLanguage")}))
		if !d.gets("schoolinks", "demographics.metadata.homeLanguage") || d.gets("schoolinks", "demographics.metadata.iepStatus") {
			t.Errorf("the app gets %q", d.shared("schoolinks"))
		}
	})
}

func TestADistrictApprovesOnThePagesAloneIfItSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		terminal := apps.By{Actor: "cli:root", Reason: "I may do everything"}
		d.mark(waiting.Marks{Names: []string{phone}})
		first := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.check(d.Approve(d.ctx, first.Number, approvals.Approval{Effect: first.Effect}, terminal))
		d.mark(waiting.Marks{Names: []string{phone}, PageOnly: true})
		d.check(d.set("schoolinks", apps.Edit{Hide: []string{phone}}))
		second := d.waits(d.set("schoolinks", apps.Edit{Share: []string{phone}}))
		d.want(d.Approve(d.ctx, second.Number, approvals.Approval{Effect: second.Effect}, terminal), fault.Denied)
		held, err := d.Marks(d.ctx)
		d.check(err)
		_, err = d.SaveMarks(d.ctx, held.Version, waiting.Marks{Names: []string{phone}}, terminal)
		d.want(d.Approve(d.ctx, d.waits(err).Number, approvals.Approval{}, terminal), fault.Denied)
		d.check(d.Decline(d.ctx, second.Number, terminal))
	})
}

func TestMarksOfWhatThereIsNotAreRefused(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		for _, wrong := range []waiting.Marks{
			{Classes: []catalog.Class{catalog.Credential}},
			{Classes: []catalog.Class{"secret"}},
			{Categories: []catalog.Category{"Shoes"}},
			{Names: []string{"users.phon"}},
			{Names: []string{"pupils"}},
			{Names: []string{"users.password"}},
		} {
			_, err := d.SaveMarks(d.ctx, 0, wrong, ada)
			d.want(err, fault.Invalid)
		}
		_, err := d.SaveMarks(d.ctx, 0, waiting.Marks{Apps: []string{"amplifi"}}, ada)
		d.want(err, fault.NotFound)
		d.mark(waiting.Marks{Names: []string{"users.metadata.notYetBrought", "users.userIds.StateID", "demographics"}})
		_, err = d.SaveMarks(d.ctx, 0, waiting.Marks{}, ada)
		d.want(err, fault.Conflict)
		if told := strings.Join(d.recorded("sensitive.save"), "\n"); strings.Contains(told, "notYetBrought") || strings.Contains(told, "StateID") || !strings.Contains(told, "demographics") {
			t.Errorf("the ledger is told %s", told)
		}
	})
}
