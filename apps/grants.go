package apps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
)

// SavedGrant is a grant as it was saved for an app: one row of its history. The
// highest version is the one that holds.
type SavedGrant struct {
	App     string        `json:"app" gorm:"column:app_id;primaryKey"`
	Version int64         `json:"version" gorm:"primaryKey;autoIncrement:false"` // from 1
	Grant   policy.Grant  `json:"grant" gorm:"column:document;serializer:json"`
	Actor   string        `json:"actor"`
	Reason  string        `json:"reason,omitempty"`
	SavedAt moment.Moment `json:"saved_at" gorm:"column:created_at"` // UTC with milliseconds
	Mark    int64         `json:"-"`                                 // random, for a version may be given a second time after a failover
}

// versionBits are those of a Base that hold the version. Above them is its mark.
const versionBits = 24

// Base is what SaveGrant wants back from whoever was shown this grant: the version
// together with its mark.
func (s SavedGrant) Base() int64 {
	return s.Mark>>versionBits<<versionBits | s.Version
}

// Is reports whether base is this grant's. One without a mark, as somebody writes it
// who only knows the version, is known by that alone.
func (s SavedGrant) Is(base int64) bool {
	return base == s.Base() || base == s.Version
}

// VersionOf is the version that a base is about.
func VersionOf(base int64) int64 { return base & (1<<versionBits - 1) }

// TableName is the table of the grants.
func (SavedGrant) TableName() string { return "grants" }

// grantChange is what the ledger is told of a grant.
type grantChange struct {
	Version  int64          `json:"version"`
	Grant    policy.Grant   `json:"grant"`
	Reviewed roster.Members `json:"reviewed,omitempty"` // for the app: names of metadata keys and types of identifiers
	From     string         `json:"from,omitempty"`     // the app that it was copied from
}

// ReadGrant reads the grant that holds for an app, as tx sees it, so that it can
// be read together with the stamp and the roster's keys. An unknown app is a
// fault.NotFound.
func ReadGrant(tx *gorm.DB, app string) (SavedGrant, error) {
	var saved SavedGrant
	err := tx.Where("app_id = ?", storable(app)).Order("version DESC").Limit(1).Take(&saved).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return SavedGrant{}, notFound(tx, app)
	}
	if err != nil {
		return SavedGrant{}, fmt.Errorf("read the grant of %s: %w", app, err)
	}
	return saved, nil
}

// Grant reads the grant that holds for an app. Its Base is what SaveGrant wants
// back. An unknown app is a fault.NotFound.
func (r *Registry) Grant(ctx context.Context, app string) (SavedGrant, error) {
	return ReadGrant(r.DB.Read.WithContext(ctx), app)
}

// History lists every grant that was saved for an app, the newest first. An
// unknown app is a fault.NotFound.
func (r *Registry) History(ctx context.Context, app string) ([]SavedGrant, error) {
	tx := r.DB.Read.WithContext(ctx)
	var all []SavedGrant
	if err := tx.Where("app_id = ?", storable(app)).Order("version DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the grants of %s: %w", app, err)
	}
	if len(all) == 0 {
		return nil, notFound(tx, app)
	}
	return all, nil
}

// Earlier reads the grant that holds for an app, and an earlier one: the version, or the
// last before the one that holds where that is 0. An unknown app and a version that there
// is not are a fault.NotFound.
func (r *Registry) Earlier(ctx context.Context, app string, version int64) (holds, earlier SavedGrant, err error) {
	all, err := r.History(ctx, app)
	if err != nil {
		return holds, earlier, err
	}
	holds, rest := all[0], all[1:]
	if len(rest) == 0 {
		return holds, earlier, fault.New(fault.NotFound, "%s has one grant, and none before it", app)
	}
	for _, saved := range rest {
		if saved.Version == version || version == 0 {
			return holds, saved, nil
		}
	}
	return holds, earlier, fault.New(fault.NotFound, "%s has no version %d of its grant before version %d, which is the current one", app, version, holds.Version)
}

// SaveGrant makes grant the one that holds for the app. Base is that of the version
// which the person was looking at; if somebody saved meanwhile, the error is a
// fault.Conflict and nothing is saved. A grant that names what there is not is a
// fault.Invalid.
//
// Seen are the metadata keys and types that the person was shown for this app: those
// of them that the grant ticks count as reviewed for it from here on, and for no
// other app. Whatever else the grant ticks stays hidden until somebody was shown it.
func (r *Registry) SaveGrant(ctx context.Context, app string, base int64, grant policy.Grant, by By, seen ...catalog.Member) (SavedGrant, error) {
	if err := check(grant); err != nil {
		return SavedGrant{}, err
	}
	var saved SavedGrant
	ticked := r.carrying.reviewed(app, seen)
	err := r.change(ctx, app, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		before, err := ReadGrant(tx, app.ID)
		if err != nil {
			return audit.Change{}, err
		}
		if err := before.meanwhile(base); err != nil {
			return audit.Change{}, err
		}
		if err := cmp.Or(checkWords(before.Grant, grant), checkEnd(before.Grant, grant)); err != nil {
			return audit.Change{}, err
		}
		reviewed, err := r.review(tx, app.ID, grant, ticked, by)
		if err != nil {
			return audit.Change{}, err
		}
		var change audit.Change
		saved, change, err = r.replaceGrant(tx, before, grant, reviewed, by)
		return change, err
	})
	return saved, r.orWaits(ctx, err, askedFor{Grant: &grantAsked{app, base, grant, seen}}, by)
}

// meanwhile refuses a change of a version that no longer holds.
func (s SavedGrant) meanwhile(base int64) error {
	if s.Is(base) {
		return nil
	}
	return fault.New(fault.Conflict, "the grant of %s was saved meanwhile: version %d is the current one, and this is a change of version %d", s.App, s.Version, VersionOf(base))
}

// replaceGrant stores a grant in the place of the one that holds, and returns what the
// ledger is to be told.
func (r *Registry) replaceGrant(tx *gorm.DB, before SavedGrant, grant policy.Grant, reviewed []string, by By) (SavedGrant, audit.Change, error) {
	saved, err := r.store(tx, before.App, before.Version+1, grant, by)
	return saved, audit.Change{
		Action: "grant.save",
		Before: grantChange{Version: before.Version, Grant: before.Grant},
		After:  grantChange{Version: saved.Version, Grant: saved.Grant, Reviewed: reviewed},
	}, err
}

// Copying names the apps of a copy. A version that is not zero is the Base of the one
// that the person was looking at.
type Copying struct {
	From, To               string
	FromVersion, ToVersion int64
}

// meanwhile refuses a copy of versions that no longer hold.
func (c Copying) meanwhile(model, before SavedGrant) error {
	for _, one := range []struct {
		looked int64
		holds  SavedGrant
	}{{c.FromVersion, model}, {c.ToVersion, before}} {
		if one.looked > 0 && !one.holds.Is(one.looked) {
			return fault.New(fault.Conflict, "the grant of %s was saved meanwhile: version %d is the current one, and this copy is about version %d", one.holds.App, one.holds.Version, VersionOf(one.looked))
		}
	}
	return nil
}

// CopyGrant gives the app To what the app From has: fields, masks, keys, scope and
// end, in the place of what To had. What To is for stays, and nothing is reviewed. If
// somebody saved one of them meanwhile, the error is a fault.Conflict and nothing
// is saved.
func (r *Registry) CopyGrant(ctx context.Context, c Copying, by By) (SavedGrant, error) {
	var saved SavedGrant
	err := r.change(ctx, c.To, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		model, err := ReadGrant(tx, c.From)
		if err != nil {
			return audit.Change{}, err
		}
		before, err := ReadGrant(tx, app.ID)
		if err == nil {
			err = c.meanwhile(model, before)
		}
		if err != nil {
			return audit.Change{}, err
		}
		saved, err = r.store(tx, app.ID, before.Version+1, CopiedOver(model.Grant, before.Grant), by)
		return audit.Change{
			Action: "grant.copy",
			Before: grantChange{Version: before.Version, Grant: before.Grant},
			After:  grantChange{Version: saved.Version, Grant: saved.Grant, From: model.App},
		}, err
	})
	return saved, r.orWaits(ctx, err, askedFor{Copy: &c}, by)
}

// CopiedOver is a grant as an app has it once it was copied over the one that it holds:
// what the app is for, by what right, and what its own ceiling is lifted for stays its own.
func CopiedOver(model, held policy.Grant) policy.Grant {
	model.Purpose, model.Basis, model.Lifts = held.Purpose, held.Basis, held.Lifts
	return model
}

// store saves a version, in a transaction that moves the permission revision behind it. A
// grant that goes by the day finds it begun.
func (r *Registry) store(tx *gorm.DB, app string, version int64, grant policy.Grant, by By) (SavedGrant, error) {
	if grant.Scope.Dated() {
		if _, err := r.moveDay(tx); err != nil {
			return SavedGrant{}, err
		}
	}
	saved := SavedGrant{App: app, Version: version, Grant: grant, Actor: by.Actor, Reason: by.Reason, SavedAt: r.now(), Mark: revision.NewMark()}
	if err := tx.Create(&saved).Error; err != nil {
		return SavedGrant{}, fmt.Errorf("save version %d of the grant of %s: %w", version, app, err)
	}
	return saved, nil
}

// MembersOf are the keys without what was found of them.
func MembersOf(keys []roster.Key) []catalog.Member {
	var members []catalog.Member
	for _, k := range keys {
		members = append(members, k.Member())
	}
	return members
}

// Names writes members as grants name them, in order and without repeats.
func Names(members []catalog.Member) []string {
	var names []string
	for _, m := range slices.Compact(slices.SortedFunc(slices.Values(members), catalog.Member.Compare)) {
		names = append(names, m.String())
	}
	return names
}
