package optouts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/waiting"
)

// Removal is the kind of a change of the register that waits for another admin.
const Removal = "optout.remove"

// removal is such a change as it waits: the lines that go, and those that come in their place.
type removal struct {
	Add    []line `json:"add,omitempty"`
	Remove []line `json:"remove"`
}

// errHeld ends the transaction of a removal that has to wait.
var errHeld = errors.New("the opt-outs keep apps from something that is marked as sensitive, and their removal has to wait for another admin")

// holdBack is errHeld where some app would get what is marked of somebody whom it does not
// get now.
func (r *Registry) holdBack(tx *gorm.DB, asked removal) error {
	effects, err := r.effects(tx, asked)
	if err == nil && !effects.Gains.None() {
		err = errHeld
	}
	return err
}

// effects are what a removal would come to.
func (r *Registry) effects(tx *gorm.DB, asked removal) (apps.Effects, error) {
	var effects apps.Effects
	var shared [][]string
	for _, app := range asked.apps() {
		those, err := affected(tx, app)
		if err != nil {
			return effects, err
		}
		for _, one := range those {
			marked, err := r.Apps.Marked(tx, one)
			if err != nil {
				return effects, err
			}
			shared = append(shared, append(marked, one))
			effects.Gains = effects.Gains.Beside(waiting.Gains{Wider: marked})
		}
	}
	for _, one := range asked.Remove {
		effects.OptOuts = append(effects.OptOuts, apps.OptedOut{User: one.user, App: one.app})
	}
	var err error
	effects.Print, err = waiting.Print([]any{asked, shared})
	return effects, err
}

// apps are those of whose opt-outs some go, AllApps among them.
func (a removal) apps() (all []string) {
	for _, one := range a.Remove {
		all = append(all, one.app)
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// affected are the apps that an opt-out is of.
func affected(tx *gorm.DB, app string) ([]string, error) {
	if app == AllApps {
		return apps.IDs(tx)
	}
	return []string{app}, nil
}

// orWaits is err, but for a removal that has to wait, which it lets do so.
func (r *Registry) orWaits(ctx context.Context, err error, asked removal, by apps.By) error {
	if !errors.Is(err, errHeld) {
		return err
	}
	document, err := json.Marshal(asked)
	if err != nil {
		return fmt.Errorf("write down the removal of opt-outs: %w", err)
	}
	change := waiting.Change{Kind: Removal, Document: string(document), Actor: by.Actor, Reason: by.Reason}
	if of := asked.apps(); len(of) == 1 {
		change.App = of[0]
	}
	err = r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		effects, err := r.effects(tx, asked)
		if err != nil {
			return err
		}
		change.Gains, change.Effect = effects.Gains, effects.Print
		change, err = waiting.Ask(tx, change, r.Clock())
		return err
	})
	if err != nil {
		return err
	}
	return &apps.Waits{Change: change}
}

// Rehearse says what a removal that waits would come to in the state that tx sees, by the
// lines of it that are still there.
func (r *Registry) Rehearse(_ context.Context, tx *gorm.DB, c waiting.Change) (apps.Effects, error) {
	asked, err := stillThere(tx, c)
	if err != nil {
		return apps.Effects{}, err
	}
	return r.effects(tx, asked)
}

// Carry makes a removal that waited, in tx, as by whoever asked for it.
func (r *Registry) Carry(_ context.Context, tx *gorm.DB, c waiting.Change) error {
	if err := r.lock(tx); err != nil {
		return err
	}
	asked, err := stillThere(tx, c)
	if err != nil {
		return err
	}
	by := apps.By{Actor: c.Actor, Reason: c.Reason}
	if err := r.insert(tx, asked.Add, by); err != nil {
		return err
	}
	return end(tx, asked.Add, asked.Remove, by)
}

// stillThere reads what a change asks for, without what the register says already.
func stillThere(tx *gorm.DB, c waiting.Change) (removal, error) {
	var asked removal
	if err := json.Unmarshal([]byte(c.Document), &asked); err != nil {
		return asked, fmt.Errorf("read what the change %d asks for: %w", c.Number, err)
	}
	named := map[line]bool{}
	for _, one := range slices.Concat(asked.Add, asked.Remove) {
		named[one] = true
	}
	there, err := registered(tx, named, false)
	if err != nil {
		return asked, err
	}
	asked.Add = slices.DeleteFunc(asked.Add, func(one line) bool { return there[one] })
	asked.Remove = slices.DeleteFunc(asked.Remove, func(one line) bool { return !there[one] })
	return asked, nil
}
