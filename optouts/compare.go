package optouts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"gorm.io/gorm"
)

// line is what tells one line of the register from another.
type line struct {
	user uint32
	app  string
}

// MarshalJSON writes the line as it waits for an approval.
func (l line) MarshalJSON() ([]byte, error) {
	return json.Marshal(apps.OptedOut{User: l.user, App: l.app})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *line) UnmarshalJSON(text []byte) error {
	var one apps.OptedOut
	err := json.Unmarshal(text, &one)
	l.user, l.app = one.User, one.App
	return err
}

func (l line) compare(other line) int {
	return cmp.Or(cmp.Compare(l.app, other.app), cmp.Compare(l.user, other.user))
}

// comparison is what is to be done for the register to have what is wanted.
type comparison struct {
	report      Report
	add, remove []line // in their order
}

// compare finds what is asked for in the roster and in the register.
func compare(tx *gorm.DB, wanted []Wanted, replace bool) (comparison, error) {
	var c comparison
	named, err := c.find(tx, wanted)
	if err != nil {
		return c, err
	}
	there, err := registered(tx, named, replace)
	if err != nil {
		return c, err
	}
	for one := range named {
		if !there[one] {
			c.add = append(c.add, one)
		}
	}
	for one := range there {
		if replace && !named[one] {
			c.remove = append(c.remove, one)
		}
	}
	if err := c.weigh(tx, there, named, replace); err != nil {
		return c, err
	}
	slices.SortFunc(c.add, line.compare)
	slices.SortFunc(c.remove, line.compare)
	c.report.Stored = len(c.report.Wrong) == 0
	c.report.Added, c.report.Removed = len(c.add), len(c.remove)
	c.report.There = len(wanted) - len(c.report.Wrong) - len(c.add)
	return c, nil
}

// find turns names into lines, and notes those that are wrong.
func (c *comparison) find(tx *gorm.DB, wanted []Wanted) (map[line]bool, error) {
	var students []string
	for _, w := range wanted {
		students = append(students, w.Student)
	}
	persons, err := roster.PersonsCalled(tx, slices.Compact(slices.Sorted(slices.Values(students))))
	if err != nil {
		return nil, err
	}
	known, err := apps.IDs(tx)
	if err != nil {
		return nil, err
	}
	named := map[line]bool{}
	c.report.Wrong = []Wrong{}
	for _, w := range wanted {
		p, found := persons[w.Student]
		problem := Problem("")
		switch {
		case !found:
			problem = UnknownStudent
		case p.Role != catalog.Student && !p.Gone: // of who left, no role is kept
			problem = NoStudent
		case w.App != AllApps && !slices.Contains(known, w.App):
			problem = UnknownApp
		}
		if problem != "" {
			c.report.Wrong = append(c.report.Wrong, Wrong{w.Line, problem, problem.says()})
			continue
		}
		named[line{p.ID, w.App}] = true
	}
	return named, nil
}

// registered are the lines that the register has of the students who are named, or all
// of them.
func registered(tx *gorm.DB, named map[line]bool, all bool) (map[line]bool, error) {
	users := map[uint32]bool{}
	for one := range named {
		users[one.user] = true
	}
	var rows []row
	var err error
	if all {
		err = tx.Find(&rows).Error
	} else {
		rows, err = rowsOf(tx, slices.Sorted(maps.Keys(users)))
	}
	if err != nil {
		return nil, fmt.Errorf("read the register: %w", err)
	}
	there := map[line]bool{}
	for _, one := range rows {
		there[line{one.User, one.app()}] = true
	}
	return there, nil
}

func (r *Registry) insert(tx *gorm.DB, add []line, by apps.By) error {
	var rows []row
	for _, one := range add {
		stored := row{User: one.user, Actor: by.Actor, Reason: by.Reason, AddedAt: r.now()}
		if one.app != AllApps {
			stored.App = &one.app
		}
		rows = append(rows, stored)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(&rows, rowsAtOnce).Error; err != nil {
		return fmt.Errorf("store them: %w", err)
	}
	return nil
}
