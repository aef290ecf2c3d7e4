package optouts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
)

// Wanted is an opt-out that somebody asks for.
type Wanted struct {
	Line    int    // of a file, from 1 on; 0 without one
	Student string // a sourcedId
	App     string // AllApps, or one of them
}

// Report says what became of the opt-outs that were asked for. Where any of them is
// Wrong, nothing was stored.
type Report struct {
	Stored  bool    `json:"stored"`  // false where something is wrong
	Added   int     `json:"added"`   // or would be
	There   int     `json:"there"`   // that were in the register already, or asked for twice
	Removed int     `json:"removed"` // of which a file that replaces the register says nothing
	Wrong   []Wrong `json:"wrong"`

	Held  bool      `json:"held"`  // a person has to say so first, for too much would be removed
	Of    int       `json:"of"`    // lines that the register had; 0 where nothing could be removed
	Back  int       `json:"back"`  // students whom some app gets again, or would
	Opens []Opening `json:"opens"` // which apps get how many of them, by ID
}

// Opening is how many students an app gets again.
type Opening struct {
	App      string `json:"app"`
	Students int    `json:"students"`
}

// Wrong is why an opt-out cannot be added.
type Wrong struct {
	Line    int     `json:"line,omitempty"`
	Problem Problem `json:"problem"`
	Says    string  `json:"says"` // what to do, without what was written
}

// Problem is a kind of Wrong.
type Problem string

// The problems.
const (
	UnknownStudent Problem = "unknown student"
	NoStudent      Problem = "no student" // a user of another role
	UnknownApp     Problem = "unknown app"
)

func (p Problem) says() string {
	switch p {
	case UnknownStudent:
		return "The roster never had a student with this sourcedId. Look at the letters, or import the roster first."
	case NoStudent:
		return "This sourcedId is that of a user who is no student. Opt-outs are of students."
	}
	return "No app has this ID. Leave it empty for all apps, or look at the list of apps."
}

// Add opts students out: all that are asked for, or where one is wrong none, which the
// report says. Students who left the roster can be opted out; it holds when they come
// back. What is in the register already stays as it is.
func (r *Registry) Add(ctx context.Context, wanted []Wanted, by apps.By) (Report, error) {
	return r.change(ctx, wanted, false, true, by)
}

// Replace makes the register what is asked for: what it has beside goes. All or nothing,
// as Add. Unless somebody is sure of it, nothing is stored that would be Held. Where what goes
// has to wait for another admin, what comes is stored at once, and the error says so.
func (r *Registry) Replace(ctx context.Context, wanted []Wanted, sure bool, by apps.By) (Report, error) {
	return r.change(ctx, wanted, true, sure, by)
}

// Look is what Add or Replace would report now. It changes nothing.
func (r *Registry) Look(ctx context.Context, wanted []Wanted, replace bool) (Report, error) {
	var report Report
	err := r.DB.Snapshot(ctx, func(tx *gorm.DB) error {
		found, err := compare(tx, wanted, replace)
		report = found.report
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("look at what opt-outs would change: %w", err)
	}
	return report, nil
}

func (r *Registry) change(ctx context.Context, wanted []Wanted, replace, sure bool, by apps.By) (Report, error) {
	if err := by.Check(); err != nil {
		return Report{}, err
	}
	var report Report
	var asked removal
	var held error
	added := 0
	err := r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := r.lock(tx); err != nil {
			return err
		}
		found, err := compare(tx, wanted, replace)
		if err != nil {
			return err
		}
		report = found.report
		if report.Held = report.Held && !sure; report.Held {
			report.Stored = false
		}
		if len(found.add)+len(found.remove) == 0 || !report.Stored {
			return errNothing
		}
		asked, added = removal{Remove: found.remove}, len(found.add)
		held, err = r.carryOut(tx, removal{Add: found.add, Remove: found.remove}, by)
		return err
	})
	if err == nil {
		err = held
	}
	if err = r.orWaits(ctx, err, asked, added, by); err != nil && !errors.Is(err, errNothing) {
		return Report{}, fmt.Errorf("opt students out: %w", err)
	}
	return report, nil
}

// carryOut stores what comes, and what goes as far as it need not wait: else held is errHeld.
func (r *Registry) carryOut(tx *gorm.DB, all removal, by apps.By) (held, err error) {
	held = r.holdBack(tx, all)
	switch {
	case errors.Is(held, errHeld) && len(all.Add) == 0:
		return held, nil
	case errors.Is(held, errHeld):
		all.Remove = nil
	case held != nil:
		return nil, held
	}
	if err := r.insert(tx, all.Add, by); err != nil {
		return nil, err
	}
	return held, end(tx, all.Add, all.Remove, by)
}

// Remove lets an app, or AllApps, have a student again as far as its grant goes. Apps are
// those of the lines that go; a line that is not there is a fault.NotFound, and nothing
// goes.
func (r *Registry) Remove(ctx context.Context, user uint32, of []string, by apps.By) error {
	if err := by.Check(); err != nil {
		return err
	}
	var asked removal
	err := r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := r.lock(tx); err != nil {
			return err
		}
		rows, err := rowsOf(tx, []uint32{user})
		if err != nil {
			return fmt.Errorf("read the opt-outs of a student: %w", err)
		}
		var gone []line
		for _, app := range slices.Compact(slices.Sorted(slices.Values(of))) {
			if !slices.ContainsFunc(rows, func(one row) bool { return one.app() == app }) {
				return notThere(app, rows)
			}
			gone = append(gone, line{user, app})
		}
		if len(gone) == 0 {
			return notThere(AllApps, nil)
		}
		asked = removal{Remove: gone}
		if err := r.holdBack(tx, asked); err != nil {
			return err
		}
		return end(tx, nil, gone, by)
	})
	return r.orWaits(ctx, err, asked, 0, by)
}

// notThere says why a line cannot be removed.
func notThere(app string, rows []row) error {
	switch {
	case len(rows) == 0:
		return fault.New(fault.NotFound, "this student is not opted out")
	case app == AllApps:
		return fault.New(fault.NotFound, "this student is not opted out of all apps: name those that are to have the student again")
	case slices.ContainsFunc(rows, func(one row) bool { return one.app() == AllApps }):
		return fault.New(fault.NotFound, "this student is opted out of all apps, and not of %s alone: remove that, and opt the student out of the other apps", likeness.Echo(app))
	}
	return fault.New(fault.NotFound, "this student is not opted out of %s", likeness.Echo(app))
}
