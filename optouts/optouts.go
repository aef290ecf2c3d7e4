package optouts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// AllApps is in the place of an app where a student is opted out of every app, of those
// too that are added later.
const AllApps = ""

// OptOut is one line of the register: that nothing of a student goes to an app.
type OptOut struct {
	User    uint32        `json:"-"`             // the roster's id of the student
	App     string        `json:"app,omitempty"` // AllApps, or the one that it is about
	Gone    bool          `json:"gone"`          // the roster has the student no longer; it holds if they come back
	Actor   string        `json:"actor"`
	Reason  string        `json:"reason,omitempty"`
	AddedAt moment.Moment `json:"added_at"` // UTC with milliseconds
}

// Named is an OptOut with the sourcedId of the student, which is a value of the roster.
type Named struct {
	Student string   `json:"student"`
	MayBe   []string `json:"may_be,omitempty"` // of one who left: active users whose sourcedIds differ by case or spaces alone
	OptOut
}

// row is an OptOut as it is stored.
type row struct {
	User    uint32  `gorm:"column:user_id"`
	App     *string `gorm:"column:app_id"` // nil for all apps
	Actor   string
	Reason  string
	AddedAt moment.Moment
}

// TableName is the table of the opt-outs.
func (row) TableName() string { return "opt_outs" }

// app is what the row is about.
func (r row) app() string {
	if r.App == nil {
		return AllApps
	}
	return *r.App
}

// Registry is the door to the opt-outs. All its fields are required. It may be used by
// several goroutines.
type Registry struct {
	DB    *database.Database
	Apps  *apps.Registry // says what of the marked apps get: removals wait for another admin by it
	Clock func() time.Time
}

func (r *Registry) now() moment.Moment { return moment.Of(r.Clock()) }

// Of are the students of whom an app gets nothing, as tx sees it, so that they can be
// read together with the grant and the stamp. An app that there is not has those who are
// opted out of all.
func Of(tx *gorm.DB, app string) (policy.OptOuts, error) {
	var users []uint32
	err := tx.Model(&row{}).Where("app_id IS NULL OR app_id = ?", app).Pluck("user_id", &users).Error
	if err != nil {
		return policy.OptOuts{}, fmt.Errorf("read who is opted out of %s: %w", app, err)
	}
	return policy.NewOptOuts(users), nil
}

// Page says which part of the register is asked for.
type Page struct {
	App   string // with those of all apps; AllApps for the whole register
	From  int    // how many to pass over
	Limit int    // 0 for all
	Old   bool   // the first added first; otherwise the last
}

// List reads a part of the register, and how many lines there are in all.
func (r *Registry) List(ctx context.Context, p Page) ([]OptOut, int, error) {
	var found []OptOut
	var total int64
	err := r.DB.Snapshot(ctx, func(tx *gorm.DB) (err error) {
		if err := p.chosen(tx).Count(&total).Error; err != nil {
			return err
		}
		order, limit := "added_at DESC, user_id, app_id", -1
		if p.Old {
			order = "added_at, user_id, app_id"
		}
		if p.Limit > 0 {
			limit = p.Limit
		}
		var rows []row
		if err := p.chosen(tx).Order(order).Offset(p.From).Limit(limit).Find(&rows).Error; err != nil {
			return err
		}
		found, err = whole(tx, rows)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list the opt-outs: %w", err)
	}
	return found, int(total), nil
}

func (p Page) chosen(tx *gorm.DB) *gorm.DB {
	chosen := tx.Model(&row{})
	if p.App != AllApps {
		chosen = chosen.Where("app_id IS NULL OR app_id = ?", p.App)
	}
	return chosen
}

// OfStudents lists the opt-outs of some students, by their ids.
func (r *Registry) OfStudents(ctx context.Context, users []uint32) (map[uint32][]OptOut, error) {
	all := map[uint32][]OptOut{}
	err := r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		rows, err := rowsOf(tx, users)
		if err != nil {
			return err
		}
		found, err := whole(tx, rows)
		for _, one := range found {
			all[one.User] = append(all[one.User], one)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the opt-outs of some students: %w", err)
	}
	return all, nil
}

// rowsAtOnce is how many students are asked for in one statement.
const rowsAtOnce = 500

// rowsOf reads the rows of some students, those of all apps first.
func rowsOf(tx *gorm.DB, users []uint32) ([]row, error) {
	var all []row
	for len(users) > 0 {
		some := users[:min(len(users), rowsAtOnce)]
		users = users[len(some):]
		var rows []row
		if err := tx.Where("user_id IN ?", some).Order("user_id, coalesce(app_id, '')").Find(&rows).Error; err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// whole are rows with what the roster knows of whom they are about.
func whole(tx *gorm.DB, rows []row) ([]OptOut, error) {
	var ids []uint32
	for _, one := range rows {
		ids = append(ids, one.User)
	}
	persons, err := roster.Persons(tx, ids)
	if err != nil {
		return nil, err
	}
	found := []OptOut{}
	for _, one := range rows {
		p, known := persons[one.User]
		found = append(found, OptOut{User: one.User, App: one.app(), Gone: p.Gone || !known, Actor: one.Actor, Reason: one.Reason, AddedAt: one.AddedAt})
	}
	return found, nil
}

// Name finds the sourcedIds of those whom opt-outs are about, for somebody who may read
// them.
func (r *Registry) Name(ctx context.Context, all []OptOut) ([]Named, error) {
	var ids []uint32
	for _, one := range all {
		ids = append(ids, one.User)
	}
	persons, err := roster.Persons(r.DB.Read.WithContext(ctx), ids)
	if err != nil {
		return nil, fmt.Errorf("name who is opted out: %w", err)
	}
	var left []string
	for _, one := range all {
		if one.Gone {
			left = append(left, persons[one.User].SourcedID)
		}
	}
	alike, err := roster.Alike(r.DB.Read.WithContext(ctx), slices.Compact(slices.Sorted(slices.Values(left))))
	if err != nil {
		return nil, fmt.Errorf("look whether who left is back: %w", err)
	}
	named := []Named{}
	for _, one := range all {
		student := persons[one.User].SourcedID
		line := Named{Student: student, OptOut: one}
		if one.Gone {
			line.MayBe = alike[student]
		}
		named = append(named, line)
	}
	return named, nil
}

// lock keeps others from changing the register until tx ends, so that what is found to
// be there is there.
func (r *Registry) lock(tx *gorm.DB) error {
	if r.DB.Dialect != database.Postgres {
		return nil // SQLite has one writer
	}
	if err := tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended('opt-outs', 0))").Error; err != nil {
		return fmt.Errorf("wait for who changes opt-outs: %w", err)
	}
	return nil
}

// errNothing ends a change that changes nothing: nobody is told of it.
var errNothing = errors.New("nothing changes")

// Opened are the apps, of all that there are, that a student is opted out of by lines,
// and by none of them any more once those of some apps are removed.
func Opened(lines []OptOut, removed, all []string) []string {
	var opened []string
	for _, app := range all {
		was, stays := false, false
		for _, one := range lines {
			if one.App == AllApps || one.App == app {
				was, stays = true, stays || !slices.Contains(removed, one.App)
			}
		}
		if was && !stays {
			opened = append(opened, app)
		}
	}
	return opened
}
