package apps

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
)

// Permissions are all that a district decides for an app.
type Permissions struct {
	App    App
	Grant  SavedGrant
	Policy SavedPolicy // of version 0 where the app never had one
}

// Permissions reads what holds for every app, by id, in one state of the database.
func (r *Registry) Permissions(ctx context.Context) ([]Permissions, error) {
	var all []Permissions
	err := r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		var known []App
		if err := tx.Order("id").Find(&known).Error; err != nil {
			return fmt.Errorf("list the apps: %w", err)
		}
		for _, app := range known {
			held, err := readPermissions(tx, app)
			if err != nil {
				return err
			}
			all = append(all, held)
		}
		return nil
	})
	return all, err
}

func readPermissions(tx *gorm.DB, app App) (held Permissions, err error) {
	held.App = app
	if held.Grant, err = ReadGrant(tx, app.ID); err == nil {
		held.Policy, err = readPolicy(tx, app.ID)
	}
	return held, err
}

// Saving is what one app is to have in the place of what holds for it.
type Saving struct {
	From   Permissions      // what the person was looking at
	Grant  *policy.Grant    // nil where it stays
	Seen   []catalog.Member // as of SaveGrant
	Policy *policy.Own      // nil where it stays; without files for none
}

// stays reports whether nothing is to become other than it is.
func (s Saving) stays() bool { return s.Grant == nil && s.Policy == nil }

// check refuses what SaveGrant and SavePolicy refuse before they look at the store.
func (s Saving) check(ctx context.Context, engine *policy.Engine) error {
	if s.Grant != nil {
		if err := check(*s.Grant); err != nil {
			return fmt.Errorf("the grant of %s: %w", s.From.App.ID, err)
		}
	}
	if s.Policy != nil && len(s.Policy.Files) > 0 {
		if _, err := tried(ctx, engine, s.Policy.Files); err != nil {
			return fmt.Errorf("the policy of %s: %w", s.From.App.ID, err)
		}
	}
	return nil
}

// SaveTogether saves what several apps are to have, all of it or nothing, and returns what
// holds for them then, by id. No app may come twice. The errors are those of SaveGrant and
// SavePolicy; it is a fault.Conflict, too, where somebody saved for one of the apps that is
// to stay as it is. Where all stay, nothing is put on record.
func (r *Registry) SaveTogether(ctx context.Context, engine *policy.Engine, savings []Saving, by By) ([]Permissions, error) {
	return r.SaveUnder(ctx, engine, nil, savings, by)
}

// Guarding is the list of guardrails that a district is to have in the place of a version.
type Guarding struct {
	Base  int64
	Rules []policy.Guardrail
}

// SaveUnder is SaveTogether with guardrails that are to hold besides, nil where they stay:
// what the apps are to have is held against these. The errors are those of SaveGuardrails,
// too.
func (r *Registry) SaveUnder(ctx context.Context, engine *policy.Engine, guarding *Guarding, savings []Saving, by By) ([]Permissions, error) {
	if err := by.Check(); err != nil {
		return nil, err
	}
	for _, s := range savings {
		if err := s.check(ctx, engine); err != nil {
			return nil, err
		}
	}
	if guarding != nil {
		held, err := r.Guardrails(ctx)
		if err == nil {
			err = guardrails.Check(ctx, engine, held.Rules, guarding.Rules)
		}
		if err != nil {
			return nil, err
		}
	}
	ordered := slices.SortedFunc(slices.Values(savings), func(a, b Saving) int { return cmp.Compare(a.From.App.ID, b.From.App.ID) })
	var saved []Permissions
	err := r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) (err error) {
		saved, err = r.saveTogether(tx, guarding, ordered, by)
		return err
	})
	if err != nil {
		return nil, r.orWaits(ctx, err, underAsked(guarding, ordered), by)
	}
	return saved, nil
}

// saveTogether takes the rows of the apps by id, then those of keys, and the revision last,
// so that two that save together never wait for each other.
func (r *Registry) saveTogether(tx *gorm.DB, guarding *Guarding, savings []Saving, by By) ([]Permissions, error) {
	var held []Permissions
	var before []policy.Input
	var ticks []tick
	for _, s := range savings {
		one, err := s.hold(tx)
		if err != nil {
			return nil, err
		}
		in, err := ReadInput(tx, one.App.ID)
		if err != nil {
			return nil, err
		}
		held, before = append(held, one), append(before, in)
		if s.Grant != nil {
			ticks = append(ticks, tick{one.App.ID, *s.Grant, r.carrying.reviewed(one.App.ID, s.Seen)})
		}
	}
	reviewed, err := r.reviewEach(tx, ticks, by)
	if err != nil {
		return nil, err
	}
	if guarding != nil {
		if _, err := r.putGuardrails(tx, guarding.Base, guarding.Rules, by); err != nil {
			return nil, err
		}
		for i := range before {
			before[i].Guardrails = guarding.Rules
		}
	}
	for i, s := range savings {
		if err := r.saveOne(tx, &held[i], s, before[i], reviewed[s.From.App.ID], by); err != nil {
			return nil, err
		}
	}
	if guarding == nil && !slices.ContainsFunc(savings, func(s Saving) bool { return !s.stays() }) {
		return held, nil
	}
	return held, revision.MovePermission(tx)
}

// hold keeps others from saving for the app, and refuses where somebody did.
func (s Saving) hold(tx *gorm.DB) (Permissions, error) {
	app, err := find(tx, s.From.App.ID, clause.Locking{Strength: "UPDATE"})
	if err != nil {
		return Permissions{}, err
	}
	held, err := readPermissions(tx, app)
	if err == nil {
		err = cmp.Or(held.Grant.meanwhile(s.From.Grant.Base()), held.Policy.meanwhile(s.From.Policy.Version))
	}
	if err == nil && s.Grant != nil {
		err = cmp.Or(checkWords(held.Grant.Grant, *s.Grant), checkEnd(held.Grant.Grant, *s.Grant))
	}
	return held, err
}

// saveOne stores what one app is to have, with an entry for its grant and one for its
// policy where they become others.
func (r *Registry) saveOne(tx *gorm.DB, held *Permissions, s Saving, before policy.Input, reviewed []string, by By) error {
	if s.stays() {
		return nil
	}
	var changes []audit.Change
	if s.Grant != nil {
		saved, change, err := r.replaceGrant(tx, held.Grant, *s.Grant, reviewed, by)
		if err != nil {
			return err
		}
		held.Grant, changes = saved, append(changes, change)
	}
	if s.Policy != nil {
		saved, change, err := r.replacePolicy(tx, held.Policy, s.Policy.Files, by)
		if err != nil {
			return err
		}
		held.Policy, changes = saved, append(changes, change)
	}
	held.App.UpdatedAt = r.now()
	if err := tx.Model(&App{}).Where("id = ?", held.App.ID).Update("updated_at", held.App.UpdatedAt).Error; err != nil {
		return fmt.Errorf("save the app %s: %w", held.App.ID, err)
	}
	if err := r.weigh(tx, held.App, before, held.App, changes[0].Action, by); err != nil {
		return fmt.Errorf("the permissions of %s: %w", held.App.ID, err)
	}
	for _, change := range changes {
		if err := enter(tx, held.App.ID, by, change); err != nil {
			return err
		}
	}
	return nil
}
