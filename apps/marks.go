package apps

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/waiting"
)

// MarksChange is a change of what the district marks as sensitive.
type MarksChange struct {
	Before, After waiting.Marks
}

// marksTold is what the ledger is told of marks.
type marksTold struct {
	Version int64 `json:"version"`
	waiting.SaidMarks
}

// Marks reads what the district marks as sensitive.
func (r *Registry) Marks(ctx context.Context) (waiting.SavedMarks, error) {
	return waiting.ReadMarks(r.DB.Read.WithContext(ctx))
}

// SaveMarks makes marks those that hold. Base is the version that the person was looking at;
// if somebody saved meanwhile, the error is a fault.Conflict. Marks of what there is not are a
// fault.Invalid. Marks that leave out some of those that hold give apps more, and wait for
// another admin. Those that say nothing new make no version.
func (r *Registry) SaveMarks(ctx context.Context, base int64, marks waiting.Marks, by By) (waiting.SavedMarks, error) {
	if err := by.Check(); err != nil {
		return waiting.SavedMarks{}, err
	}
	if err := marks.Check(); err != nil {
		return waiting.SavedMarks{}, err
	}
	marks = marks.Tidy()
	var saved waiting.SavedMarks
	err := r.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) (err error) {
		saved, err = r.saveMarks(tx, base, marks, by)
		return err
	})
	return saved, r.orWaits(ctx, err, askedFor{Marks: &marksAsked{base, marks}}, by)
}

func (r *Registry) saveMarks(tx *gorm.DB, base int64, marks waiting.Marks, by By) (waiting.SavedMarks, error) {
	held, err := waiting.ReadMarks(tx)
	if err != nil {
		return held, err
	}
	switch {
	case held.Version != base:
		return held, fault.New(fault.Conflict, "what is marked as sensitive was saved meanwhile: version %d holds, and this is a change of version %d", held.Version, base)
	case !marks.Loosens(held.Marks) && !held.Marks.Loosens(marks):
		return held, nil
	case marks.Loosens(held.Marks) && r.carrying == nil:
		return held, errHeld
	}
	if err := checkApps(tx, held.Marks, marks); err != nil {
		return held, err
	}
	saved := waiting.SavedMarks{Version: held.Version + 1, Marks: marks, Actor: by.Actor, Reason: by.Reason, SavedAt: r.now()}
	if err := tx.Create(&saved).Error; err != nil {
		return held, fmt.Errorf("save version %d of what is marked as sensitive: %w", saved.Version, err)
	}
	if r.carrying != nil {
		r.carrying.effects.Marks = &MarksChange{held.Marks, marks}
	}
	names, err := roster.ReadVocabulary(tx)
	if err != nil {
		return held, err
	}
	return saved, audit.Record(tx, audit.Change{
		Actor: by.Actor, Action: "sensitive.save", Reason: by.Reason,
		Before: marksTold{held.Version, held.Marks.Said(names)}, After: marksTold{saved.Version, marks.Said(names)},
	})
}

// checkApps refuses a mark of an app that there is not. One that was marked before it was
// deleted may stay.
func checkApps(tx *gorm.DB, held, marks waiting.Marks) error {
	known, err := IDs(tx)
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
