package approvals

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/waiting"
)

// Unmarking is the kind of a change by which marks go. It waits as what it would let through.
const Unmarking = "sensitive.save"

// MarksChange is a change of what the district marks as sensitive.
type MarksChange struct {
	Before, After waiting.Marks
}

// marksTold is what the ledger is told of marks.
type marksTold struct {
	Version int64 `json:"version"`
	waiting.SaidMarks
}

// Marks reads what the district marks as sensitive: of version 0 where nothing ever was.
func (d *Desk) Marks(ctx context.Context) (waiting.SavedMarks, error) {
	return waiting.ReadMarks(d.DB.Read.WithContext(ctx))
}

// SaveMarks makes marks those that hold. Base is the version that the person was looking at;
// if somebody saved meanwhile, the error is a fault.Conflict. Marks of what there is not are a
// fault.Invalid, or of an app a fault.NotFound. Marks that leave out some of those that hold
// wait for another admin: an *apps.Waits. Those that say nothing new make no version.
func (d *Desk) SaveMarks(ctx context.Context, base int64, marks waiting.Marks, by apps.By) (waiting.SavedMarks, error) {
	if err := by.Check(); err != nil {
		return waiting.SavedMarks{}, err
	}
	if err := marks.Check(); err != nil {
		return waiting.SavedMarks{}, err
	}
	marks = marks.Tidy()
	var saved waiting.SavedMarks
	var asked waiting.Change
	err := d.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		held, err := waiting.ReadMarks(tx)
		switch {
		case err != nil:
			return err
		case held.Version != base:
			return fault.New(fault.Conflict, "what is marked as sensitive was saved meanwhile: version %d holds, and this is a change of version %d", held.Version, base)
		}
		if err := checkApps(tx, held.Marks, marks); err != nil {
			return err
		}
		if marks.Loosens(held.Marks) {
			asked, err = d.letUnmarkingWait(tx, held.Marks, marks, by)
			return err
		}
		saved, err = d.saveMarks(tx, marks, by)
		return err
	})
	if err == nil && asked.Number > 0 {
		err = &apps.Waits{Change: asked}
	}
	return saved, err
}

// letUnmarkingWait lets marks that leave out some of those that hold wait.
func (d *Desk) letUnmarkingWait(tx *gorm.DB, held, marks waiting.Marks, by apps.By) (waiting.Change, error) {
	c := waiting.Change{Kind: Unmarking, Actor: by.Actor, Reason: by.Reason, Gains: waiting.Gains{Marks: true}}
	document, err := json.Marshal(marks)
	if err == nil {
		c.Effect, err = waiting.Print(MarksChange{held, marks})
	}
	if err != nil {
		return c, fmt.Errorf("write down what is to be marked: %w", err)
	}
	c.Document = string(document)
	return waiting.Ask(tx, c, d.Clock())
}

// saveMarks stores marks in the place of those that hold, with an entry. Where they say the
// same, nothing happens.
func (d *Desk) saveMarks(tx *gorm.DB, marks waiting.Marks, by apps.By) (waiting.SavedMarks, error) {
	held, err := waiting.ReadMarks(tx)
	if err != nil || !marks.Loosens(held.Marks) && !held.Marks.Loosens(marks) {
		return held, err
	}
	saved := waiting.SavedMarks{Version: held.Version + 1, Marks: marks, Actor: by.Actor, Reason: by.Reason, SavedAt: moment.Of(d.Clock())}
	if err := tx.Create(&saved).Error; err != nil {
		return held, fmt.Errorf("save version %d of what is marked as sensitive: %w", saved.Version, err)
	}
	names, err := roster.ReadVocabulary(tx)
	if err != nil {
		return held, err
	}
	return saved, audit.Record(tx, audit.Change{
		Actor: by.Actor, Action: Unmarking, Reason: by.Reason,
		Before: marksTold{held.Version, held.Marks.Said(names)}, After: marksTold{saved.Version, marks.Said(names)},
	})
}

// checkApps refuses a mark of an app that there is not. One that was marked before it was
// deleted may stay.
func checkApps(tx *gorm.DB, held, marks waiting.Marks) error {
	known, err := apps.IDs(tx)
	if err != nil {
		return err
	}
	for _, app := range marks.Apps {
		if !slices.Contains(known, app) && !slices.Contains(held.Apps, app) {
			return fault.New(fault.NotFound, "no app is called %q%s", likeness.Echo(app), likeness.DidYouMean(app, known))
		}
	}
	return nil
}

// marksOf are the marks that a change asks for, beside those that hold.
func marksOf(tx *gorm.DB, c waiting.Change) (*MarksChange, error) {
	var change MarksChange
	held, err := waiting.ReadMarks(tx)
	if err == nil {
		change.Before = held.Marks
		err = json.Unmarshal([]byte(c.Document), &change.After)
	}
	if err != nil {
		return nil, fmt.Errorf("read what change %d would mark: %w", c.Number, err)
	}
	return &change, nil
}
