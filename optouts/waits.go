package optouts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/waiting"
)

// Removal is the kind of a change of the register that waits for another admin.
const Removal = "optout.remove"

// removal is such a change: the lines that go, and those that come with it. What comes waits
// for nobody, but did in earlier builds.
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
	opened, err := asked.opened(tx)
	if err != nil {
		return effects, err
	}
	var shared [][]string
	for _, app := range opened {
		marked, err := r.Apps.Marked(tx, app)
		if err != nil {
			return effects, err
		}
		shared = append(shared, append(marked, app))
		effects.Gains = effects.Gains.Beside(waiting.Gains{Wider: marked})
	}
	for _, one := range asked.Remove {
		effects.OptOuts = append(effects.OptOuts, apps.OptedOut{User: one.user, App: one.app})
	}
	for _, one := range asked.Add {
		effects.OptedOut = append(effects.OptedOut, apps.OptedOut{User: one.user, App: one.app})
	}
	effects.Print, err = waiting.Print([]any{asked, shared})
	return effects, err
}

// opened are the apps that would get somebody again: whoever is opted out by another line
// stays so.
func (a removal) opened(tx *gorm.DB) ([]string, error) {
	known, err := apps.IDs(tx)
	if err != nil {
		return nil, err
	}
	users := map[line]bool{}
	for _, one := range a.Remove {
		users[one] = true
	}
	left, err := registered(tx, users, false)
	if err != nil {
		return nil, err
	}
	for _, one := range a.Add {
		left[one] = true
	}
	for _, one := range a.Remove {
		delete(left, one)
	}
	return slices.DeleteFunc(slices.Sorted(slices.Values(known)), func(app string) bool {
		return !slices.ContainsFunc(a.Remove, func(one line) bool {
			return (one.app == AllApps || one.app == app) && !left[line{one.user, AllApps}] && !left[line{one.user, app}]
		})
	}), nil
}

// apps are those of whose opt-outs some go, AllApps among them.
func (a removal) apps() (all []string) {
	for _, one := range a.Remove {
		all = append(all, one.app)
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// orWaits is err, but for a removal that has to wait, which it lets do so. Added is how many
// lines came at once.
func (r *Registry) orWaits(ctx context.Context, err error, asked removal, added int, by apps.By) error {
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
	waits := &apps.Waits{Change: change}
	if added > 0 {
		waits.Done = fmt.Sprintf("%s at once", plural.Of(added, "opt-out is added", "opt-outs are added"))
	}
	return waits
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
