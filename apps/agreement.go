package apps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
)

// Agreement is what the district agreed with an app's vendor, as it was saved: one row of
// its history. The highest version holds; version 0 is that nothing is on record. It hides
// nothing: pages and commands say where a grant goes beyond it.
type Agreement struct {
	App        string             `json:"app" gorm:"column:app_id;primaryKey"`
	Version    int64              `json:"version" gorm:"primaryKey;autoIncrement:false"` // from 1
	Start      string             `json:"start,omitempty" gorm:"column:first_day"`       // YYYY-MM-DD, empty where it is not said
	End        string             `json:"end,omitempty" gorm:"column:last_day"`          // the last day, likewise
	Basis      string             `json:"legal_basis,omitempty"`
	Contact    string             `json:"contact,omitempty"`
	Categories []catalog.Category `json:"categories" gorm:"serializer:json"` // agreed, in the order of the schedule
	Actor      string             `json:"actor"`
	Reason     string             `json:"reason,omitempty"`
	SavedAt    moment.Moment      `json:"saved_at" gorm:"column:created_at"` // UTC with milliseconds
}

// TableName is the table of the agreements.
func (Agreement) TableName() string { return "agreements" }

// agreementChange is what the ledger is told of an agreement.
type agreementChange struct {
	Version    int64              `json:"version"`
	Start      string             `json:"start,omitempty"`
	End        string             `json:"end,omitempty"`
	Basis      string             `json:"legal_basis,omitempty"`
	Contact    string             `json:"contact,omitempty"`
	Categories []catalog.Category `json:"categories,omitempty"`
}

func (a Agreement) change() agreementChange {
	return agreementChange{a.Version, a.Start, a.End, a.Basis, a.Contact, a.Categories}
}

// ReadAgreement reads the agreement that holds for an app, as tx sees it: the zero
// Agreement where none is on record.
func ReadAgreement(tx *gorm.DB, app string) (Agreement, error) {
	var held Agreement
	err := tx.Where("app_id = ?", storable(app)).Order("version DESC").Limit(1).Take(&held).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return Agreement{}, fmt.Errorf("read the agreement of %s: %w", app, err)
	}
	return held, nil
}

// Agreement reads the agreement that holds for an app, as ReadAgreement does.
func (r *Registry) Agreement(ctx context.Context, app string) (Agreement, error) {
	return ReadAgreement(r.DB.Read.WithContext(ctx), app)
}

// Agreements lists every agreement that was saved for an app, the newest first.
func (r *Registry) Agreements(ctx context.Context, app string) ([]Agreement, error) {
	var all []Agreement
	if err := r.DB.Read.WithContext(ctx).Where("app_id = ?", storable(app)).Order("version DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the agreements of %s: %w", app, err)
	}
	return all, nil
}

// SaveAgreement makes agreed the agreement that holds for an app. Its Version is that of
// the one which the person was looking at; if somebody saved meanwhile, the error is a
// fault.Conflict and nothing is saved. One that says nothing new makes no version. What
// will not do is a fault.Invalid.
func (r *Registry) SaveAgreement(ctx context.Context, app string, agreed Agreement, by By) (Agreement, error) {
	if err := agreed.check(); err != nil {
		return Agreement{}, err
	}
	agreed.Categories = inSchedule(agreed.Categories)
	saved := agreed
	err := r.change(ctx, app, by, func(tx *gorm.DB, app *App) (audit.Change, error) {
		before, err := ReadAgreement(tx, app.ID)
		if err != nil {
			return audit.Change{}, err
		}
		if before.Version != agreed.Version {
			return audit.Change{}, fault.New(fault.Conflict, "the agreement of %s was saved meanwhile: version %d holds, and this is a change of version %d", app.ID, before.Version, agreed.Version)
		}
		if before.Version > 0 && before.says(agreed) {
			saved = before
			return audit.Change{}, errUnchanged
		}
		saved.App, saved.Version, saved.Actor, saved.Reason, saved.SavedAt = app.ID, before.Version+1, by.Actor, by.Reason, r.now()
		if err := tx.Create(&saved).Error; err != nil {
			return audit.Change{}, fmt.Errorf("save version %d of the agreement of %s: %w", saved.Version, app.ID, err)
		}
		change := audit.Change{Action: "agreement.save", After: saved.change()}
		if before.Version > 0 {
			change.Before = before.change()
		}
		return change, nil
	})
	agreed.App = app
	return saved, r.orWaits(ctx, err, askedFor{Agreement: &agreed}, by)
}

// says reports whether two agreements say the same.
func (a Agreement) says(other Agreement) bool {
	return a.Start == other.Start && a.End == other.End && a.Basis == other.Basis && a.Contact == other.Contact && slices.Equal(a.Categories, other.Categories)
}

// check says, as a fault.Invalid, what of an agreement will not do.
func (a Agreement) check() error {
	for what, day := range map[string]string{"start": a.Start, "end": a.End} {
		if _, err := moment.Day(day, time.UTC); err != nil && day != "" {
			return fault.New(fault.Invalid, "Enter the %s of the agreement as %s, or leave it empty.", what, moment.DayForm)
		}
	}
	if a.Start != "" && a.End != "" && a.End < a.Start {
		return fault.New(fault.Invalid, "The end of the agreement is before its start. Enter a later day, or leave it empty.")
	}
	for what, text := range map[string]string{"the legal basis": a.Basis, "the contact": a.Contact} {
		if err := checkText(what, text); err != nil {
			return err
		}
		if err := audit.CheckLine(what, text); err != nil {
			return err
		}
	}
	for _, category := range a.Categories {
		if _, err := FindCategory(string(category)); err != nil {
			return err
		}
	}
	return nil
}

// FindCategory finds a category of the NDPA's Exhibit B by its name, in whatever case and
// with hyphens for what is no letter: "Special Indicator", "special-indicator". One that
// there is not is a fault.Invalid.
func FindCategory(written string) (catalog.Category, error) {
	var names []string
	for _, category := range catalog.Categories() {
		if slugOf(string(category)) == slugOf(written) {
			return category, nil
		}
		names = append(names, slugOf(string(category)))
	}
	return catalog.NoCategory, fault.New(fault.Invalid, "no category is called %q%s; there are %s", likeness.Echo(written), likeness.DidYouMean(slugOf(written), names), strings.Join(names, ", "))
}

// inSchedule puts categories into the order of the schedule of data, each once.
func inSchedule(some []catalog.Category) []catalog.Category {
	return slices.DeleteFunc(catalog.Categories(), func(c catalog.Category) bool { return !slices.Contains(some, c) })
}

// Beyond lists the categories that a grant gives something of and that were not agreed,
// in the order of the schedule; nothing where no agreement is on record.
func (a Agreement) Beyond(grant policy.Grant) []catalog.Category {
	if a.Version == 0 {
		return nil
	}
	return slices.DeleteFunc(CategoriesOf(grant), func(c catalog.Category) bool { return slices.Contains(a.Categories, c) })
}

// CategoriesOf lists the categories of the NDPA's Exhibit B that a grant gives something
// of, in the order of the schedule: by the fields, masked or not, and the metadata keys
// that it ticks in entities that are open. A key that is not known is Other. How to reach
// guardians is a category of its own where the scope has them.
func CategoriesOf(grant policy.Grant) []catalog.Category {
	var given []catalog.Category
	for plural, granted := range grant.Entities {
		entity, _ := catalog.Find(plural)
		if grant.Lacks(plural) != (catalog.Member{}) {
			continue
		}
		for _, f := range entity.Fields {
			_, masked := granted.Masks[f.Name]
			if masked || slices.Contains(granted.Fields, f.Name) {
				given = append(given, f.Category)
			}
		}
		for _, key := range granted.Keys {
			if granted.Metadata {
				given = append(given, catalog.CategoryOfKey(plural, key))
			}
		}
	}
	if grant.Scope.Guardians && slices.Contains(given, catalog.StudentContact) {
		given = append(given, catalog.GuardianContact)
	}
	return inSchedule(given)
}
