package apps

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/waiting"
)

// askedFor is a change as somebody asked for it, in the form in which it waits: one of its
// parts is set. It is carried out by the method that was asked.
type askedFor struct {
	Grant     *grantAsked   `json:"grant,omitempty"`
	Copy      *Copying      `json:"copy,omitempty"`
	Enable    *enableAsked  `json:"enable,omitempty"`
	Policy    *policyAsked  `json:"policy,omitempty"`
	Agreement *Agreement    `json:"agreement,omitempty"`
	Together  []savingAsked `json:"together,omitempty"`

	Guardrails *guardrailsAsked `json:"guardrails,omitempty"`
	Vendor     *vendorAsked     `json:"vendor,omitempty"`
	Ceiling    *ceilingAsked    `json:"ceiling,omitempty"`
}

// ceilingAsked is what HoldCeiling was asked for.
type ceilingAsked struct {
	App string `json:"app"`
}

// guardrailsAsked is what SaveGuardrails was asked for.
type guardrailsAsked struct {
	Base  int64              `json:"base"`
	Rules []policy.Guardrail `json:"rules"`
}

// vendorAsked is what SetVendor was asked for.
type vendorAsked struct {
	App    string        `json:"app"`
	Vendor policy.Vendor `json:"vendor"`
}

// grantAsked is what SaveGrant was asked for.
type grantAsked struct {
	App   string           `json:"app"`
	Base  int64            `json:"base"`
	Grant policy.Grant     `json:"grant"`
	Seen  []catalog.Member `json:"seen,omitempty"`
}

// enableAsked is what Enable was asked for, or with a base EnableFrom.
type enableAsked struct {
	App  string           `json:"app"`
	Base int64            `json:"base,omitempty"`
	Seen []catalog.Member `json:"seen,omitempty"`
}

// policyAsked is what SavePolicy was asked for, or without files RemovePolicy.
type policyAsked struct {
	App   string      `json:"app"`
	Base  int64       `json:"base"`
	Files rego.Source `json:"files,omitempty"`
}

// savingAsked is one app of what SaveTogether was asked for.
type savingAsked struct {
	App    string           `json:"app"`
	Base   int64            `json:"base"`
	Policy int64            `json:"policy_base"`
	Grant  *policy.Grant    `json:"grant,omitempty"`
	Seen   []catalog.Member `json:"seen,omitempty"`
	Own    *policy.Own      `json:"policy,omitempty"`
}

func togetherAsked(savings []Saving) (all []savingAsked) {
	for _, s := range savings {
		all = append(all, savingAsked{s.From.App.ID, s.From.Grant.Base(), s.From.Policy.Version, s.Grant, s.Seen, s.Policy})
	}
	return all
}

// underAsked is what SaveUnder was asked for: apps, guardrails, or both.
func underAsked(guarding *Guarding, savings []Saving) askedFor {
	a := askedFor{Together: togetherAsked(savings)}
	if guarding != nil {
		a.Guardrails = &guardrailsAsked{guarding.Base, guarding.Rules}
	}
	return a
}

// kind is what is asked for, as the ledger calls it once it is done.
func (a askedFor) kind() string {
	switch {
	case a.Grant != nil:
		return "grant.save"
	case a.Copy != nil:
		return "grant.copy"
	case a.Enable != nil:
		return "app.enable"
	case a.Policy != nil && len(a.Policy.Files) == 0:
		return "policy.remove"
	case a.Policy != nil:
		return "policy.save"
	case a.Agreement != nil:
		return "agreement.save"
	case a.Together != nil:
		return "grants.apply"
	case a.Guardrails != nil:
		return "guardrails.save"
	case a.Ceiling != nil:
		return "app.ceiling"
	}
	return "app.vendor"
}

// app is the one that it is about, empty where it is several, or none.
func (a askedFor) app() string {
	switch {
	case a.Grant != nil:
		return a.Grant.App
	case a.Copy != nil:
		return a.Copy.To
	case a.Enable != nil:
		return a.Enable.App
	case a.Policy != nil:
		return a.Policy.App
	case a.Agreement != nil:
		return a.Agreement.App
	case a.Vendor != nil:
		return a.Vendor.App
	case a.Ceiling != nil:
		return a.Ceiling.App
	case len(a.Together) == 1 && a.Guardrails == nil:
		return a.Together[0].App
	}
	return ""
}

func readAsked(c waiting.Change) (askedFor, error) {
	var a askedFor
	if err := json.Unmarshal([]byte(c.Document), &a); err != nil {
		return a, fmt.Errorf("read what the change %d asks for: %w", c.Number, err)
	}
	return a, nil
}

// Reviewing lists by app the keys and types that a change which waits wants reviewed.
func Reviewing(c waiting.Change) (map[string][]catalog.Member, error) {
	a, err := readAsked(c)
	all := map[string][]catalog.Member{}
	switch {
	case err != nil:
		return nil, err
	case a.Grant != nil:
		for _, m := range a.Grant.Seen {
			if Ticks(a.Grant.Grant, m) {
				all[a.Grant.App] = append(all[a.Grant.App], m)
			}
		}
	case a.Enable != nil:
		all[a.Enable.App] = a.Enable.Seen
	}
	for _, s := range a.Together {
		for _, m := range s.Seen {
			if s.Grant != nil && Ticks(*s.Grant, m) {
				all[s.App] = append(all[s.App], m)
			}
		}
	}
	return all, nil
}

// carry calls the method that was asked, of a registry that is in a transaction. Anew takes
// for the version that it is a change of the one that holds now.
func (r *Registry) carry(ctx context.Context, c waiting.Change, anew bool) error {
	a, err := readAsked(c)
	if err != nil {
		return err
	}
	if anew {
		if err := a.rebase(ctx, r); err != nil {
			return err
		}
	}
	by := By{Actor: c.Actor, Reason: c.Reason}
	switch {
	case a.Grant != nil:
		_, err = r.SaveGrant(ctx, a.Grant.App, a.Grant.Base, a.Grant.Grant, by, a.Grant.Seen...)
	case a.Copy != nil:
		_, err = r.CopyGrant(ctx, *a.Copy, by)
	case a.Enable != nil && a.Enable.Base != 0:
		err = r.EnableFrom(ctx, a.Enable.App, a.Enable.Base, by, a.Enable.Seen...)
	case a.Enable != nil:
		err = r.Enable(ctx, a.Enable.App, by, a.Enable.Seen...)
	case a.Policy != nil:
		_, err = r.savePolicy(ctx, a.Policy.App, a.Policy.Base, a.Policy.Files, by)
	case a.Agreement != nil:
		_, err = r.SaveAgreement(ctx, a.Agreement.App, *a.Agreement, by)
	case a.Together != nil:
		err = r.carryTogether(ctx, a.Guardrails, a.Together, by)
	case a.Guardrails != nil:
		_, err = r.SaveGuardrails(ctx, a.Guardrails.Base, a.Guardrails.Rules, by)
	case a.Vendor != nil:
		err = r.SetVendor(ctx, a.Vendor.App, a.Vendor.Vendor, by)
	case a.Ceiling != nil:
		err = r.HoldCeiling(ctx, a.Ceiling.App, by)
	default:
		err = fmt.Errorf("the change %d asks for nothing that this build knows", c.Number)
	}
	return err
}

// rebase makes what was asked for a change of what holds now.
func (a askedFor) rebase(ctx context.Context, r *Registry) error {
	tx := r.DB.Read.WithContext(ctx)
	switch {
	case a.Grant != nil:
		holds, err := ReadGrant(tx, a.Grant.App)
		a.Grant.Base = holds.Base()
		return err
	case a.Copy != nil:
		a.Copy.FromVersion, a.Copy.ToVersion = 0, 0
	case a.Enable != nil:
		a.Enable.Base = 0
	case a.Policy != nil:
		holds, err := readPolicy(tx, a.Policy.App)
		a.Policy.Base = holds.Version
		return err
	case a.Agreement != nil:
		holds, err := ReadAgreement(tx, a.Agreement.App)
		a.Agreement.Version = holds.Version
		return err
	}
	if a.Guardrails != nil {
		holds, err := guardrails.Read(tx)
		if err != nil {
			return err
		}
		a.Guardrails.Base = holds.Version
	}
	for i, s := range a.Together {
		app, err := find(tx, s.App)
		if err != nil {
			return err
		}
		held, err := readPermissions(tx, app)
		if err != nil {
			return err
		}
		a.Together[i].Base, a.Together[i].Policy = held.Grant.Base(), held.Policy.Version
	}
	return nil
}

func (r *Registry) carryTogether(ctx context.Context, guards *guardrailsAsked, all []savingAsked, by By) error {
	engine, err := r.Engine()
	if err != nil {
		return err
	}
	var savings []Saving
	for _, s := range all {
		from := Permissions{App: App{ID: s.App}, Policy: SavedPolicy{Version: s.Policy}}
		from.Grant.Version, from.Grant.Mark = VersionOf(s.Base), s.Base>>versionBits<<versionBits
		savings = append(savings, Saving{From: from, Grant: s.Grant, Seen: s.Seen, Policy: s.Own})
	}
	var guarding *Guarding
	if guards != nil {
		guarding = &Guarding{guards.Base, guards.Rules}
	}
	_, err = r.SaveUnder(ctx, engine, guarding, savings, by)
	return err
}
