package apps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // a container may have no time zones of its own

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
)

// dayRow is the district's day, by which every server decides what is former.
type dayRow struct {
	One int `gorm:"primaryKey"`
	Day string
}

// TableName is the table of the one day.
func (dayRow) TableName() string { return "days" }

// House is the actor of what the servers do by themselves.
const House = "rostergate"

// ReadDay reads the district's day, as YYYY-MM-DD and as tx sees it. It is empty where no
// grant has asked for one yet.
func ReadDay(tx *gorm.DB) (string, error) {
	var row dayRow
	if err := tx.Take(&row).Error; err != nil {
		return "", fmt.Errorf("read the district's day: %w", err)
	}
	return row.Day, nil
}

// DayToSave reads the district's day as it would be once a grant or a policy was saved now.
func (r *Registry) DayToSave(tx *gorm.DB) (string, error) {
	holds, err := ReadDay(tx)
	if err != nil {
		return "", err
	}
	return r.nextDay(tx, holds)
}

// BeginDay moves the district's day where midnight has passed in its time zone and some
// app goes by the day. The day, an entry that says so and the permission revision move in
// one transaction, so that the next answer of every server goes by it, whichever server
// was first. Where none asks, nothing moves: the day does with the next grant or policy
// that does. It costs a statement where there is nothing to do.
func (r *Registry) BeginDay(ctx context.Context) error {
	tx := r.DB.Read.WithContext(ctx)
	holds, err := ReadDay(tx)
	if err != nil {
		return err
	}
	next, err := r.nextDay(tx, holds)
	if err != nil || next == holds {
		return err
	}
	if asked, err := dayAsked(tx); err != nil || !asked {
		return err
	}
	return r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		moved, err := r.moveDay(tx)
		if err != nil || !moved {
			return err
		}
		return revision.MovePermission(tx)
	})
}

// BeginDays begins the district's days as they come, until ctx ends. It looks at the clock
// each second, for one that is set, or a machine that slept, ends no wait for midnight in
// time. Trouble is told of what could not be done, which the next look does; a panic ends
// one look.
func (r *Registry) BeginDays(ctx context.Context, panics *fault.Panics, trouble func(error)) {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		err := r.dayBegun(ctx, panics)
		if errors.Is(err, revision.ErrReadOnly) {
			r.DB.Renew() // a new connection may find the server that took over
		}
		if err != nil && ctx.Err() == nil {
			trouble(err)
		}
	}
}

// dayBegun is BeginDay, with a panic for an error.
func (r *Registry) dayBegun(ctx context.Context, panics *fault.Panics) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = panics.Caught(crash)
		}
	}()
	return r.BeginDay(ctx)
}

// dayAsked reports whether some app's grant goes by the day, or a policy of its own, which
// is told it, or guardrails, which ask for agreements that are in force.
func dayAsked(tx *gorm.DB) (bool, error) {
	rules, err := guardrails.Read(tx)
	if err != nil || len(rules.Rules) > 0 {
		return err == nil, err
	}
	if ruled, err := policiesHold(tx); err != nil || ruled {
		return err == nil, err
	}
	all, err := grantsThatHold(tx)
	return slices.ContainsFunc(all, func(saved SavedGrant) bool { return saved.Grant.Scope.Dated() }), err
}

// grantsThatHold reads the grant that holds for each app, by its id.
func grantsThatHold(tx *gorm.DB) ([]SavedGrant, error) {
	var all []SavedGrant
	newest := tx.Session(&gorm.Session{NewDB: true}).Table("grants AS newer").Select("max(newer.version)").Where("newer.app_id = grants.app_id")
	if err := tx.Where("version = (?)", newest).Order("app_id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read the grants that hold: %w", err)
	}
	return all, nil
}

// moveDay moves the day within a transaction that moves the permission revision behind
// it, and reports whether it had to.
func (r *Registry) moveDay(tx *gorm.DB) (bool, error) {
	holds, err := ReadDay(tx.Clauses(clause.Locking{Strength: "UPDATE"}))
	if err != nil {
		return false, err
	}
	next, err := r.nextDay(tx, holds)
	if err != nil || next == holds {
		return false, err
	}
	if err := tx.Model(&dayRow{}).Where("one = 1").Update("day", next).Error; err != nil {
		return false, fmt.Errorf("begin the day %s: %w", next, err)
	}
	return true, audit.Record(tx, audit.Change{
		Actor: House, Action: "day.begin", Subject: next, Before: dayChange{holds}, After: dayChange{next},
	})
}

// dayChange is what the ledger is told of a day.
type dayChange struct {
	Day string `json:"day"`
}

// nextDay is the day that follows from the clock. A day that began stays until the next:
// servers whose clocks differ a little do not move it to and fro, nor does another time
// zone bring back what was former. Only one that is further ahead, as after a clock that
// was wrong, is put right.
func (r *Registry) nextDay(tx *gorm.DB, holds string) (string, error) {
	var name string
	if err := tx.Session(&gorm.Session{NewDB: true}).Table("district").Select("time_zone").Row().Scan(&name); err != nil {
		return "", fmt.Errorf("read the district's time zone: %w", err)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC // as the pages take it
	}
	now := r.Clock().In(zone)
	today, tomorrow := now.Format(time.DateOnly), now.AddDate(0, 0, 1).Format(time.DateOnly)
	if holds >= today && holds <= tomorrow {
		return holds, nil
	}
	return today, nil
}

// WithFormer lists the apps that also get people by enrollments that ended, by id.
func (r *Registry) WithFormer(ctx context.Context) ([]App, error) {
	tx := r.DB.Read.WithContext(ctx)
	holding, err := grantsThatHold(tx)
	if err != nil {
		return nil, err
	}
	all, err := r.List(ctx)
	return slices.DeleteFunc(all, func(app App) bool {
		return !slices.ContainsFunc(holding, func(saved SavedGrant) bool { return saved.App == app.ID && getsFormer(saved.Grant) })
	}), err
}

// getsFormer reports whether enrollments that ended let a grant reach somebody.
func getsFormer(grant policy.Grant) bool {
	enrollments, users := grant.Entities["enrollments"], grant.Entities["users"]
	return grant.Scope.Former && !grant.Scope.Orgs.Nobody() && (enrollments.Open || users.Open)
}
