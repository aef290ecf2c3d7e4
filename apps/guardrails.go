package apps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/waiting"
)

// Guardrails reads the guardrails that hold: of version 0 where there never were any.
func (r *Registry) Guardrails(ctx context.Context) (guardrails.Saved, error) {
	return guardrails.Read(r.DB.Read.WithContext(ctx))
}

// GuardrailHistory lists every list of guardrails that was saved, the newest first.
func (r *Registry) GuardrailHistory(ctx context.Context) ([]guardrails.Saved, error) {
	return guardrails.History(r.DB.Read.WithContext(ctx))
}

// SaveGuardrails makes rules the guardrails of the district, from the very next answer on.
// Base is the version that the person was looking at; if somebody saved meanwhile, the
// error is a fault.Conflict. What will not do is a fault.Invalid, and nothing is saved. A
// list that is the one that holds makes no version. Grants that break them stay as they
// are: what they break is hidden.
func (r *Registry) SaveGuardrails(ctx context.Context, base int64, rules []policy.Guardrail, by By) (guardrails.Saved, error) {
	if err := by.Check(); err != nil {
		return guardrails.Saved{}, err
	}
	held, err := r.Guardrails(ctx)
	if err != nil {
		return guardrails.Saved{}, err
	}
	engine, err := r.Engine()
	if err == nil {
		err = guardrails.Check(ctx, engine, held.Rules, rules)
	}
	if err != nil {
		return guardrails.Saved{}, err
	}
	var saved guardrails.Saved
	err = r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) (err error) {
		saved, err = r.saveGuardrails(tx, base, rules, by)
		return err
	})
	return saved, r.orWaits(ctx, err, askedFor{Guardrails: &guardrailsAsked{base, rules}}, by)
}

// saveGuardrails stores them within a transaction, and raises the permission revision last.
func (r *Registry) saveGuardrails(tx *gorm.DB, base int64, rules []policy.Guardrail, by By) (guardrails.Saved, error) {
	saved, err := r.putGuardrails(tx, base, rules, by)
	if err != nil || saved.Version == base {
		return saved, err
	}
	return saved, revision.MovePermission(tx)
}

// putGuardrails stores them and puts that on record, and leaves the revision alone.
// Agreements go by the day, so that it is begun.
func (r *Registry) putGuardrails(tx *gorm.DB, base int64, rules []policy.Guardrail, by By) (guardrails.Saved, error) {
	before, err := guardrails.Read(tx)
	if err == nil {
		err = before.Meanwhile(base)
	}
	if err != nil || guardrails.Same(before.Rules, rules) {
		return before, err
	}
	if _, err := r.moveDay(tx); err != nil {
		return guardrails.Saved{}, err
	}
	given, err := r.givenAll(tx)
	if err != nil {
		return guardrails.Saved{}, err
	}
	saved, change, err := guardrails.Store(tx, before, guardrails.Saved{Rules: rules, Actor: by.Actor, Reason: by.Reason, SavedAt: r.now()})
	if err == nil {
		err = r.holdBackAll(tx, given)
	}
	if err == nil {
		err = enter(tx, "", by, change)
	}
	return saved, err
}

// givenAll is what each app gets that is enabled, before a change that is about all of them.
func (r *Registry) givenAll(tx *gorm.DB) (all []Effect, err error) {
	if saved, err := waiting.ReadMarks(tx); err != nil || saved.Marks.Off() && r.carrying == nil {
		return nil, err
	}
	day, err := r.DayToSave(tx)
	if err != nil {
		return nil, err
	}
	var known []App
	if err := tx.Where("state = ?", Enabled).Order("id").Find(&known).Error; err != nil {
		return nil, fmt.Errorf("list the apps that are enabled: %w", err)
	}
	for _, app := range known {
		in, err := ReadInput(tx, app.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, Effect{App: app, Action: "guardrails.save", Before: r.asked(in, day)})
	}
	return all, nil
}

// holdBackAll is errHeld where any of the apps would gain something that is marked.
func (r *Registry) holdBackAll(tx *gorm.DB, given []Effect) error {
	for _, e := range given {
		in, err := ReadInput(tx, e.App.ID)
		if err != nil {
			return err
		}
		e.After = r.asked(in, e.Before.Day)
		if err := r.holdBack(tx, e); err != nil {
			return err
		}
	}
	return nil
}

// guarded fills in what guardrails are asked about, as tx sees it.
func guarded(tx *gorm.DB, app string, in *policy.Input) error {
	holds, err := guardrails.Read(tx)
	if err != nil {
		return err
	}
	in.Guardrails = holds.Rules
	agreed, err := ReadAgreement(tx, app)
	in.Agreed = policy.Agreed{There: agreed.agrees(), Start: agreed.Start, End: agreed.End, Categories: agreed.Categories}
	return err
}

// agrees reports whether anything is agreed: one that says nothing is on record as none.
func (a Agreement) agrees() bool {
	return a.Start != "" || a.End != "" || a.Basis != "" || a.Contact != "" || len(a.Categories) > 0
}

// unguarded lists the changes that guardrails never refuse. What is said of a vendor is so
// whether or not it suits the rules, which hide what they must; an app that is added gets
// nothing yet, and there is no agreement with one that is not there.
func unguarded() []string { return []string{"app.create", "agreement.save", "app.vendor"} }

// ErrGuardrail is the cause of the fault.Invalid of a change that would break a guardrail.
var ErrGuardrail = errors.New("nothing is saved, for it would break guardrails of the district")

// guard refuses a change by which an app would newly have something that a guardrail takes
// away. What was saved before a guardrail stays, hidden, and refuses nothing else.
func (r *Registry) guard(tx *gorm.DB, e Effect) error {
	if len(e.After.Guardrails) == 0 || slices.Contains(unguarded(), e.Action) {
		return nil
	}
	engine, err := r.Engine()
	if err != nil {
		return err
	}
	ctx := tx.Statement.Context
	before, err := engine.Broken(ctx, e.Before)
	if err != nil {
		return err
	}
	after, err := engine.Broken(ctx, e.After)
	if err != nil {
		return err
	}
	if newly := policy.Newly(before, after); len(newly) > 0 {
		return fault.New(fault.Invalid, "%w. %s", ErrGuardrail, saysBroken(engine, newly))
	}
	return nil
}

// mostNamed are the fields that a refusal names for each guardrail; the others it counts.
const mostNamed = 6

// saysBroken says guardrail by guardrail what would break it, and why.
func saysBroken(engine *policy.Engine, broken []policy.Broken) string {
	var whys []string
	names := map[string][]string{}
	for _, one := range broken {
		why := engine.Reason(one.Code)
		switch {
		case one.Code == "" && one.Left != "":
			why = fmt.Sprintf("A guardrail masks it, by %s at least: mask it so.", one.Left)
		case policy.LayerOf(one.Code) == policy.GuardrailLayer:
		case slices.ContainsFunc(broken, func(b policy.Broken) bool { return policy.LayerOf(b.Code) == policy.GuardrailLayer }):
			continue // it hangs on what is named already
		}
		if names[why] == nil {
			whys = append(whys, why)
		}
		names[why] = append(names[why], one.String())
	}
	var says []string
	for _, why := range whys {
		named := names[why]
		if more := len(named) - mostNamed; more > 0 {
			named = append(slices.Clone(named[:mostNamed]), fmt.Sprintf("%d more", more))
		}
		says = append(says, strings.Join(named, ", ")+": "+why)
	}
	return strings.Join(says, " ")
}

// SetVendor says what kind of product an app is, empty for what its preset says. Guardrails
// that are about kinds of products go by it from the next answer on. One that there is not
// is a fault.Invalid.
func (r *Registry) SetVendor(ctx context.Context, app string, vendor policy.Vendor, by By) error {
	if vendor != "" {
		if _, err := guardrails.FindVendor(string(vendor)); err != nil {
			return err
		}
	}
	err := r.change(ctx, app, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		was := vendorChange{app.Kind()}
		if app.Vendor == vendor {
			return audit.Change{}, errUnchanged
		}
		app.Vendor = vendor
		if err := tx.Model(&App{}).Where("id = ?", app.ID).Update("vendor", vendor).Error; err != nil {
			return audit.Change{}, fmt.Errorf("say what kind of product %s is: %w", app.ID, err)
		}
		return audit.Change{Action: "app.vendor", Before: was, After: vendorChange{app.Kind()}}, nil
	})
	return r.orWaits(ctx, err, askedFor{Vendor: &vendorAsked{app, vendor}}, by)
}

// vendorChange is what the ledger is told of what kind of product an app is.
type vendorChange struct {
	Vendor policy.Vendor `json:"vendor"`
}

// Kind is what kind of product the app is: as an admin said, or its preset; empty where
// nobody has.
func (a App) Kind() policy.Vendor {
	if a.Vendor != "" {
		return a.Vendor
	}
	preset, _ := presets.Find(a.Preset)
	return preset.Vendor
}
