package apps_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// rules compiles the engine once for all tests.
var rules = sync.OnceValues(policy.New)

// gets lists some fields that a decision shares.
func gets(decision policy.Decision, names ...string) (shared []string) {
	for _, name := range names {
		m := catalog.ParseMember(name)
		if one := decision.Entities[m.Entity]; one.Allow && (one.Fields[m.Name].Share || one.Keys[m.Name].Share && m.Bag == catalog.Metadata) {
			shared = append(shared, name)
		}
	}
	return shared
}

// door is a way to give an app more, or something else.
type door struct {
	action        string
	through       func() error
	before, after []string // of the fields and keys that the test looks at
}

// doors are all of them, after one another.
func doors(d district) []door {
	edited := func(e apps.Edit) policy.Grant {
		held := must[apps.SavedGrant](d.t)(d.Grant(d.ctx, "amplify"))
		return must[apps.Edited](d.t)(e.Apply(held.Grant, must[[]roster.Key](d.t)(d.Keys(d.ctx, "amplify")))).Grant
	}
	base := func() int64 { return must[apps.SavedGrant](d.t)(d.Grant(d.ctx, "amplify")).Version }
	policyBase := func() int64 { return must[apps.SavedPolicy](d.t)(d.Policy(d.ctx, "amplify")).Version }
	email, phone, key := "users.email", "users.phone", "demographics.metadata.homeLanguage"
	engine := must[*policy.Engine](d.t)(d.Engine())
	return []door{
		{"app.create", func() error {
			_, _, err := d.Create(d.ctx, apps.NewApp{Preset: "amplify"}, ada)
			if err == nil {
				d.uncapped() // so that one door is to let its ceiling hold
			}
			return err
		}, nil, []string{email}},
		{"app.enable", func() error { return d.Enable(d.ctx, "amplify", ada) }, nil, []string{email}},
		{"grant.review", func() error {
			return d.Enable(d.ctx, "amplify", ada, catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "homeLanguage"})
		}, []string{email}, []string{email, key}},
		{"grant.save", func() error {
			_, err := d.SaveGrant(d.ctx, "amplify", base(), edited(apps.Edit{Share: []string{phone}}), ada)
			return err
		}, []string{email, key}, []string{email, phone, key}},
		{"policy.save", func() error {
			_, _, err := d.SavePolicy(d.ctx, engine, "amplify", policyBase(), noPhones(), ada)
			return err
		}, []string{email, phone, key}, []string{email, key}},
		{"policy.remove", func() error {
			_, err := d.RemovePolicy(d.ctx, "amplify", policyBase(), ada)
			return err
		}, []string{email, key}, []string{email, phone, key}},
		{"app.ceiling", func() error { return d.HoldCeiling(d.ctx, "amplify", ada) }, []string{email, phone, key}, []string{email, key}},
		{"grant.save", func() error {
			lifted := edited(apps.Edit{Lift: []string{phone}, Reason: "families are called"})
			_, err := d.SaveGrant(d.ctx, "amplify", base(), lifted, ada)
			return err
		}, []string{email, key}, []string{email, phone, key}},
		{"agreement.save", func() error {
			_, err := d.SaveAgreement(d.ctx, "amplify", apps.Agreement{Basis: "a contract"}, ada)
			return err
		}, []string{email, phone, key}, []string{email, phone, key}},
		{"grant.save", func() error {
			_, err := d.SaveTogether(d.ctx, engine, []apps.Saving{without(d.holding("amplify"))}, ada)
			return err
		}, []string{email, phone, key}, []string{phone, key}},
		{"grant.copy", func() error {
			_, err := d.CopyGrant(d.ctx, apps.Copying{From: "alexandria", To: "amplify"}, ada)
			return err
		}, []string{phone, key}, []string{email, phone}},
	}
}

func TestWhateverGivesAnAppMoreIsWeighedBeforeItIsSaved(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.seen(key("homeLanguage"))
		d.add("alexandria")
		engine := must[*policy.Engine](t)(d.Engine())
		var weighed []apps.Effect
		refusal := errors.New("no")
		for i, door := range doors(d) {
			before, told := d.stamp(), len(d.outbox())
			d.Weigh = func(_ *gorm.DB, _ apps.Effect, by apps.By) error { return refusal }
			if err := door.through(); !errors.Is(err, refusal) {
				t.Fatalf("door %d, %s: the error is %v; want the refusal", i, door.action, err)
			}
			if d.stamp() != before || len(d.outbox()) != told {
				t.Errorf("door %d, %s: what was refused left something behind", i, door.action)
			}
			weighed = nil
			d.Weigh = func(_ *gorm.DB, e apps.Effect, by apps.By) error {
				if by != ada {
					t.Errorf("door %d, %s: it is weighed as by %v", i, door.action, by)
				}
				weighed = append(weighed, e)
				return nil
			}
			d.check(door.through())
			if len(weighed) != 1 || weighed[0].Action != door.action || weighed[0].App.ID != "amplify" {
				t.Fatalf("door %d, %s: weighed was %+v", i, door.action, weighed)
			}
			was, is, err := weighed[0].Decide(d.ctx, engine)
			d.check(err)
			names := []string{"users.email", "users.phone", "demographics.metadata.homeLanguage"}
			if diff := cmp.Diff(door.before, gets(was, names...)); diff != "" {
				t.Errorf("door %d, %s: before: %s", i, door.action, diff)
			}
			if diff := cmp.Diff(door.after, gets(is, names...)); diff != "" {
				t.Errorf("door %d, %s: after: %s", i, door.action, diff)
			}
		}
	})
}

func TestWhatTakesAwayIsNotWeighed(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.Weigh = func(*gorm.DB, apps.Effect, apps.By) error { return errors.New("no") }
		d.check(d.Suspend(d.ctx, "amplify", ada))
		_, err := d.Rotate(d.ctx, "amplify", ada)
		d.check(err)
		if err := d.Enable(d.ctx, "amplify", ada); err == nil {
			t.Error("enabling it again is not weighed")
		}
	})
}
