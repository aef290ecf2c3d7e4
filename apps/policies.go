package apps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/presets"
)

// SavedPolicy is a policy of its own as it was saved for an app: one row of its history.
// The highest version is the one that holds. One without files says that the app has none
// any more.
type SavedPolicy struct {
	App     string        `json:"app" gorm:"column:app_id;primaryKey"`
	Version int64         `json:"version" gorm:"primaryKey;autoIncrement:false"` // from 1
	Files   rego.Source   `json:"files" gorm:"serializer:json"`
	Actor   string        `json:"actor"`
	Reason  string        `json:"reason,omitempty"`
	SavedAt moment.Moment `json:"saved_at" gorm:"column:created_at"`
}

// TableName is the table of the policies.
func (SavedPolicy) TableName() string { return "policies" }

// Removed reports whether the app has no policy of its own by this version.
func (s SavedPolicy) Removed() bool { return len(s.Files) == 0 }

// policyChange is what the ledger is told of a policy. Its text is the district's, and may
// name records: the ledger has its hash.
type policyChange struct {
	Version int64    `json:"version"`
	Files   []string `json:"files,omitempty"`
	SHA256  string   `json:"sha256,omitempty"` // of the files as JSON
}

func (s SavedPolicy) change() (policyChange, error) {
	told := policyChange{Version: s.Version}
	if s.Removed() {
		return told, nil
	}
	text, err := json.Marshal(s.Files)
	sum := sha256.Sum256(text)
	told.Files, told.SHA256 = slices.Sorted(maps.Keys(s.Files)), hex.EncodeToString(sum[:])
	return told, err
}

// readPolicy reads the policy that holds for an app, of version 0 where it never had one.
func readPolicy(tx *gorm.DB, app string) (SavedPolicy, error) {
	saved := SavedPolicy{App: app}
	err := tx.Where("app_id = ?", storable(app)).Order("version DESC").Limit(1).Take(&saved).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return SavedPolicy{}, fmt.Errorf("read the policy of %s: %w", app, err)
	}
	return saved, nil
}

// policiesHold reports whether some app has a policy of its own.
func policiesHold(tx *gorm.DB) (bool, error) {
	var all []SavedPolicy
	newest := tx.Session(&gorm.Session{NewDB: true}).Table("policies AS newer").Select("max(newer.version)").Where("newer.app_id = policies.app_id")
	if err := tx.Where("version = (?)", newest).Find(&all).Error; err != nil {
		return false, fmt.Errorf("read the policies that hold: %w", err)
	}
	return slices.ContainsFunc(all, func(s SavedPolicy) bool { return !s.Removed() }), nil
}

// Policy reads the policy that holds for an app: of version 0 where it never had one. An
// unknown app is a fault.NotFound.
func (r *Registry) Policy(ctx context.Context, app string) (saved SavedPolicy, err error) {
	err = r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		if _, err = find(tx, app); err == nil {
			saved, err = readPolicy(tx, app)
		}
		return err
	})
	return saved, err
}

// Policies lists every policy that an app had, the newest first. An unknown app is a
// fault.NotFound.
func (r *Registry) Policies(ctx context.Context, app string) ([]SavedPolicy, error) {
	tx := r.DB.Read.WithContext(ctx)
	if _, err := find(tx, app); err != nil {
		return nil, err
	}
	var all []SavedPolicy
	if err := tx.Where("app_id = ?", storable(app)).Order("version DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the policies of %s: %w", app, err)
	}
	return all, nil
}

// EarlierPolicy reads the policy that holds for an app, and an earlier one: the version, or
// the last before the one that holds where that is 0. Before the first one there was none:
// it is of version 0, without files. An unknown app, one that never had a policy, and a
// version that there is not are a fault.NotFound.
func (r *Registry) EarlierPolicy(ctx context.Context, app string, version int64) (holds, earlier SavedPolicy, err error) {
	all, err := r.Policies(ctx, app)
	if err != nil {
		return holds, earlier, err
	}
	if len(all) == 0 {
		return holds, earlier, fault.New(fault.NotFound, "%s never had a policy of its own", app)
	}
	holds, rest := all[0], append(all[1:], SavedPolicy{App: app})
	for _, saved := range rest {
		if saved.Version == version || version == 0 {
			return holds, saved, nil
		}
	}
	return holds, earlier, fault.New(fault.NotFound, "%s has no version %d of its policy before version %d, which holds", app, version, holds.Version)
}

// PolicyVersion reads one version of the policy of an app, 0 for the one that holds. An
// unknown app and a version that there is not are a fault.NotFound.
func (r *Registry) PolicyVersion(ctx context.Context, app string, version int64) (SavedPolicy, error) {
	if version == 0 {
		return r.Policy(ctx, app)
	}
	all, err := r.Policies(ctx, app)
	if err != nil {
		return SavedPolicy{}, err
	}
	for _, saved := range all {
		if saved.Version == version {
			return saved, nil
		}
	}
	return SavedPolicy{}, fault.New(fault.NotFound, "%s has no version %d of its policy", app, version)
}

// PolicyBefore is PolicyVersion for a version to compare another with: before the first,
// of version 0, there was no policy.
func (r *Registry) PolicyBefore(ctx context.Context, app string, version int64) (SavedPolicy, error) {
	if version <= 0 {
		return SavedPolicy{App: app}, nil
	}
	return r.PolicyVersion(ctx, app, version)
}

// SavePolicy makes files the policy of an app, from its very next answer on. Their tests
// have to be among them: a policy that is wrong, of which no test ran, or of which one
// failed, is a fault.Invalid and changes nothing. Base is the version that the person was
// looking at; if somebody saved meanwhile, the error is a fault.Conflict.
func (r *Registry) SavePolicy(ctx context.Context, engine *policy.Engine, app string, base int64, files rego.Source, by By) (SavedPolicy, rego.Report, error) {
	report, err := tried(ctx, engine, files)
	if err != nil {
		return SavedPolicy{}, report, err
	}
	saved, err := r.savePolicy(ctx, app, base, files, by)
	return saved, report, err
}

// tried runs the tests of a policy that is to be saved. One that they do not vouch for is
// a fault.Invalid.
func tried(ctx context.Context, engine *policy.Engine, files rego.Source) (rego.Report, error) {
	report, err := engine.Test(ctx, files)
	if err == nil && report.Problem() != "" {
		err = fault.New(fault.Invalid, "the policy is not saved: %s", report.Problem())
	}
	var wrong rego.Problems
	if errors.As(err, &wrong) {
		err = fault.New(fault.Invalid, "%s", wrong.Error())
	}
	return report, err
}

// RemovePolicy takes away the policy of an app, which then gets what its grant and its
// ceiling leave. Base is as of SavePolicy. Where there is none the error is a
// fault.NotFound.
func (r *Registry) RemovePolicy(ctx context.Context, app string, base int64, by By) (SavedPolicy, error) {
	return r.savePolicy(ctx, app, base, nil, by)
}

func (r *Registry) savePolicy(ctx context.Context, app string, base int64, files rego.Source, by By) (SavedPolicy, error) {
	var saved SavedPolicy
	err := r.change(ctx, app, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		before, err := readPolicy(tx, app.ID)
		if err == nil {
			err = before.meanwhile(base)
		}
		switch {
		case err != nil:
			return audit.Change{}, err
		case before.Removed() && len(files) == 0:
			return audit.Change{}, fault.New(fault.NotFound, "%s has no policy of its own", app.ID)
		}
		var change audit.Change
		saved, change, err = r.replacePolicy(tx, before, files, by)
		return change, err
	})
	return saved, r.orWaits(ctx, err, askedFor{Policy: &policyAsked{app, base, files}}, by)
}

// meanwhile refuses a change of a version that no longer holds.
func (s SavedPolicy) meanwhile(base int64) error {
	if s.Version == base {
		return nil
	}
	return fault.New(fault.Conflict, "the policy of %s was saved meanwhile: version %d holds, and this is a change of version %d", s.App, s.Version, base)
}

// replacePolicy stores a policy in the place of the one that holds, none of it to remove
// that, and returns what the ledger is to be told. A policy is told the day, and finds it
// begun.
func (r *Registry) replacePolicy(tx *gorm.DB, before SavedPolicy, files rego.Source, by By) (SavedPolicy, audit.Change, error) {
	if _, err := r.moveDay(tx); err != nil {
		return SavedPolicy{}, audit.Change{}, err
	}
	change := audit.Change{Action: "policy.save"}
	saved := SavedPolicy{App: before.App, Version: before.Version + 1, Files: files, Actor: by.Actor, Reason: by.Reason, SavedAt: r.now()}
	if saved.Removed() {
		change.Action, saved.Files = "policy.remove", rego.Source{}
	}
	if err := tx.Create(&saved).Error; err != nil {
		return SavedPolicy{}, change, fmt.Errorf("save version %d of the policy of %s: %w", saved.Version, saved.App, err)
	}
	was, err := before.change()
	if err != nil {
		return SavedPolicy{}, change, err
	}
	is, err := saved.change()
	change.Before, change.After = was, is
	return saved, change, err
}

// restrict fills in what restricts an app beside its grant, as tx sees it: the ceiling of
// its preset, what the vendor asks for, and the policy of its own. An unknown app is a
// fault.NotFound.
func restrict(tx *gorm.DB, app string, in *policy.Input) error {
	known, err := find(tx, app)
	if err != nil {
		return err
	}
	in.App.Preset, in.App.Ceiling, in.App.Vendor = known.Preset, known.Ceiling, known.Kind()
	if preset, ok := presets.Find(known.Preset); ok {
		in.Needs = preset.Asks()
	}
	saved, err := readPolicy(tx, app)
	if err == nil && !saved.Removed() {
		in.Own = &policy.Own{Files: saved.Files}
	}
	return err
}

// HoldCeiling lets the ceiling of its preset hold for an app that was made before there
// were ceilings. An app without a preset has none: a fault.Invalid.
func (r *Registry) HoldCeiling(ctx context.Context, app string, by By) error {
	err := r.change(ctx, app, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		if app.Preset == "" {
			return audit.Change{}, fault.New(fault.Invalid, "%s was made without a preset, and has no ceiling", app.ID)
		}
		if app.Ceiling {
			return audit.Change{}, errUnchanged
		}
		if err := tx.Model(&App{}).Where("id = ?", app.ID).Update("ceiling", true).Error; err != nil {
			return audit.Change{}, fmt.Errorf("let the ceiling of %s hold: %w", app.ID, err)
		}
		type ceiling struct {
			Ceiling bool `json:"ceiling"`
		}
		return audit.Change{Action: "app.ceiling", Before: ceiling{}, After: ceiling{true}}, nil
	})
	return r.orWaits(ctx, err, askedFor{Ceiling: &ceilingAsked{app}}, by)
}
