package apps

import (
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/waiting"
)

// Replaced is what a change that waits puts in the place of what holds now, beside
// permissions and policies, which its effects have. A part that it leaves alone is nil.
type Replaced struct {
	Guardrails *ReplacedGuardrails
	Agreement  *ReplacedAgreement
	Vendor     *ReplacedVendor
}

// ReplacedGuardrails is the whole list of guardrails in the place of another.
type ReplacedGuardrails struct {
	Held, Wanted []policy.Guardrail
	Later        []string // ids of those that were saved, or became others, since the change was asked for
}

// ReplacedAgreement is an agreement in the place of another.
type ReplacedAgreement struct{ Held, Wanted Agreement }

// ReplacedVendor is a kind of product in the place of another.
type ReplacedVendor struct{ Held, Wanted policy.Vendor }

// ReadReplaced reads what a change of the registry that waits would replace, as tx sees it. Of
// an app that is gone it replaces nothing.
func ReadReplaced(tx *gorm.DB, c waiting.Change) (all Replaced, err error) {
	a, err := readAsked(c)
	if err != nil {
		return all, err
	}
	if a.Guardrails != nil {
		if all.Guardrails, err = a.Guardrails.replaced(tx); err != nil {
			return all, err
		}
	}
	if a.Agreement != nil {
		held, err := ReadAgreement(tx, a.Agreement.App)
		if err != nil {
			return all, err
		}
		wanted := *a.Agreement
		wanted.Categories = inSchedule(wanted.Categories)
		all.Agreement = &ReplacedAgreement{held, wanted}
	}
	if a.Vendor != nil {
		known, err := IDs(tx)
		if err != nil || !slices.Contains(known, a.Vendor.App) {
			return all, err
		}
		app, err := find(tx, a.Vendor.App)
		if err != nil {
			return all, err
		}
		wanted := app
		wanted.Vendor = a.Vendor.Vendor
		all.Vendor = &ReplacedVendor{app.Kind(), wanted.Kind()}
	}
	return all, nil
}

func (a guardrailsAsked) replaced(tx *gorm.DB) (*ReplacedGuardrails, error) {
	held, err := guardrails.Read(tx)
	if err != nil {
		return nil, err
	}
	history, err := guardrails.History(tx)
	if err != nil {
		return nil, err
	}
	r := &ReplacedGuardrails{Held: held.Rules, Wanted: a.Rules}
	var base guardrails.Saved
	for _, saved := range history {
		if saved.Version == a.Base {
			base = saved
		}
	}
	for _, g := range held.Rules {
		if !among(base.Rules, g) {
			r.Later = append(r.Later, g.ID)
		}
	}
	return r, nil
}
