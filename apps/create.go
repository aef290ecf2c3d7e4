package apps

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
)

// NewApp is what Create makes an app of. With a preset the id and the name are
// the preset's unless given; without one the id is made from the name unless
// given, and the grant is empty.
type NewApp struct {
	ID     string // 1 to 40 small letters, digits and single hyphens
	Name   string // 1 to 100 characters on one line
	Preset string
}

const (
	longestID   = 40
	longestName = 100
)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Create registers an app. It is pending: it receives nothing before it is
// enabled, whatever its grant says. The credentials' secret is told here and
// never again.
//
// A preset reviews nothing: what it ticks waits until an admin was shown it for the
// app. Seen are the keys and types that the person was shown, and says that the app
// may have: those among what the preset brings count as reviewed, and types are
// ticked with it. One that the preset does not bring is a fault.Conflict.
//
// A name or preset that will not do is a fault.Invalid, an id that is taken, or was
// by an app that is deleted, a fault.Conflict.
func (r *Registry) Create(ctx context.Context, wanted NewApp, by By, seen ...catalog.Member) (App, Credentials, error) {
	preset, wanted, err := complete(wanted)
	if err == nil {
		err = by.Check()
	}
	if err != nil {
		return App{}, Credentials{}, err
	}
	now := r.now()
	app := App{ID: wanted.ID, Name: wanted.Name, Preset: wanted.Preset, Ceiling: wanted.Preset != "", State: Pending, CreatedAt: now, UpdatedAt: now}
	var credentials Credentials
	err = r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := r.keepKey(tx); err != nil {
			return err
		}
		if err := insert(tx, app); err != nil {
			return err
		}
		if err := refuseFormer(tx, app.ID); err != nil { // behind the row, for which one that is being deleted keeps it waiting
			return err
		}
		if credentials, err = r.issue(tx, app.ID); err != nil {
			return err
		}
		saved, reviewed, err := r.firstGrant(tx, app, preset, by, seen)
		if err != nil {
			return err
		}
		if err := r.weigh(tx, app, policy.Input{App: policy.AppState{ID: app.ID}}, app, "app.create", by); err != nil {
			return err
		}
		after := createdApp{Name: app.Name, Preset: app.Preset, State: app.State, grantChange: grantChange{Version: saved.Version, Grant: saved.Grant, Reviewed: reviewed}}
		return record(tx, app.ID, by, audit.Change{Action: "app.create", After: after})
	})
	if err != nil {
		return App{}, Credentials{}, err
	}
	return app, credentials, nil
}

// CheckNew says why an app cannot be added as it is wanted, by the errors of Create.
func (r *Registry) CheckNew(ctx context.Context, wanted NewApp) error {
	_, wanted, err := complete(wanted)
	if err != nil {
		return err
	}
	var taken int64
	if err := r.DB.Read.WithContext(ctx).Model(&App{}).Where("id = ?", wanted.ID).Count(&taken).Error; err != nil {
		return fmt.Errorf("look for the app %s: %w", wanted.ID, err)
	}
	if taken > 0 {
		return idTaken(wanted.ID)
	}
	return refuseFormer(r.DB.Read.WithContext(ctx), wanted.ID)
}

func idTaken(id string) error {
	return fault.New(fault.Conflict, "The ID %q is taken by another app. Enter another ID.", id)
}

// createdApp is what the ledger is told of a new app.
type createdApp struct {
	Name   string `json:"name"`
	Preset string `json:"preset,omitempty"`
	State  State  `json:"state"`
	grantChange
}

// complete fills in what a preset or a name says, and checks the result.
func complete(wanted NewApp) (presets.Preset, NewApp, error) {
	var preset presets.Preset
	if wanted.Preset != "" {
		known := false
		if preset, known = presets.Find(wanted.Preset); !known {
			return preset, wanted, fault.New(fault.Invalid, "no preset is called %q%s", likeness.Echo(wanted.Preset), likeness.DidYouMean(wanted.Preset, presets.IDs()))
		}
	}
	wanted.Name = first(strings.TrimSpace(wanted.Name), preset.Name)
	wanted.ID = first(wanted.ID, preset.ID, slugOf(wanted.Name))
	return preset, wanted, validate(wanted)
}

// CheckName says, as a fault.Invalid, why a name will not do for an app.
func CheckName(name string) error {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > longestName {
		return fault.New(fault.Invalid, "Enter a name, up to %d characters.", longestName)
	}
	if !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fault.New(fault.Invalid, "Enter a name on one line, without invisible characters.")
	}
	return nil
}

func validate(wanted NewApp) error {
	if err := CheckName(wanted.Name); err != nil {
		return err
	}
	if len(wanted.ID) > longestID || !slug.MatchString(wanted.ID) {
		return fault.New(fault.Invalid, "Enter an ID of 1 to %d lowercase letters, digits and single hyphens, such as reading-app.", longestID)
	}
	return nil
}

// slugOf makes an id from a name, empty where the name has nothing for one.
func slugOf(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	id := strings.Join(words, "-")
	return strings.TrimRight(id[:min(len(id), longestID)], "-")
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func insert(tx *gorm.DB, app App) error {
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&app)
	if done.Error != nil {
		return fmt.Errorf("create the app %s: %w", app.ID, done.Error)
	}
	if done.RowsAffected == 0 {
		return idTaken(app.ID)
	}
	return nil
}

// firstGrant saves what the preset gives; without a preset, nothing.
func (r *Registry) firstGrant(tx *gorm.DB, app App, preset presets.Preset, by By, seen []catalog.Member) (SavedGrant, []string, error) {
	grant := TickTypes(preset.Grant(), seen)
	if err := unwanted(app.ID, grant, seen); err != nil {
		return SavedGrant{}, nil, err
	}
	reviewed, err := r.review(tx, app.ID, grant, seen, by)
	if err != nil {
		return SavedGrant{}, nil, err
	}
	saved, err := r.store(tx, app.ID, 1, grant, by)
	return saved, reviewed, err
}
