package waiting

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster"
)

// State is what became of a change that had to wait.
type State string

// The states. Only one that waits can become another.
const (
	Waits     State = "waiting"
	Approved  State = "approved"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
)

// Change is a change that has to wait, or had to.
type Change struct {
	Number   int64         `json:"number" gorm:"primaryKey"`
	Kind     string        `json:"kind"`                               // the action that the ledger would have: "grant.save"
	App      string        `json:"app,omitempty" gorm:"column:app_id"` // empty where it is of several, or of none
	Document string        `json:"-"`                                  // what was asked for, as JSON
	Gains    Gains         `json:"gains" gorm:"serializer:json"`       // when it was asked for, or as it was approved
	Effect   string        `json:"effect"`                             // the print of the effect that it had then
	State    State         `json:"state"`
	Actor    string        `json:"asked_by"`
	Reason   string        `json:"reason,omitempty"`
	AskedAt  moment.Moment `json:"asked_at"` // UTC with milliseconds

	DecidedBy     string        `json:"decided_by,omitempty"`
	DecidedReason string        `json:"decided_reason,omitempty"`
	DecidedAt     moment.Moment `json:"decided_at,omitempty"`
}

// TableName is the table of the changes.
func (Change) TableName() string { return "waiting_changes" }

// Subject is how the ledger calls the change.
func (c Change) Subject() string { return fmt.Sprintf("change %d", c.Number) }

// told is what the ledger is told of a change.
type told struct {
	Kind    string   `json:"kind"`
	Names   []string `json:"names,omitempty"`
	Wider   []string `json:"wider,omitempty"`
	AskedBy string   `json:"asked_by,omitempty"`
	Asked   string   `json:"asked_reason,omitempty"`
}

// record puts what became of a change on record: with names that anyone may read.
func (c Change) record(tx *gorm.DB, action, actor, reason string) error {
	names, err := roster.ReadVocabulary(tx)
	if err != nil {
		return err
	}
	said := told{Kind: c.Kind, Names: SayNames(names, c.Gains.Names), Wider: SayNames(names, c.Gains.Wider)}
	if action != "approval.ask" {
		said.AskedBy, said.Asked = c.Actor, c.Reason
	}
	return audit.Record(tx, audit.Change{Actor: actor, Action: action, App: c.App, Subject: c.Subject(), Reason: reason, After: said})
}

// Ask lets a change wait, and says so to the ledger. One that its actor asked for already,
// and that waits, is that one. The state of c, its number and its moment are set here.
func Ask(tx *gorm.DB, c Change, now time.Time) (Change, error) {
	var same Change
	err := tx.Where("state = ? AND actor = ? AND kind = ? AND app_id = ? AND document = ?", Waits, c.Actor, c.Kind, c.App, c.Document).Limit(1).Take(&same).Error
	if err == nil {
		return same, nil
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return c, fmt.Errorf("look whether the change waits already: %w", err)
	}
	c.State, c.AskedAt = Waits, moment.Of(now)
	if err := tx.Create(&c).Error; err != nil {
		return c, fmt.Errorf("let a change of %s wait: %w", c.App, err)
	}
	return c, c.record(tx, "approval.ask", c.Actor, c.Reason)
}

// Find reads a change. One that there is not is a fault.NotFound.
func Find(tx *gorm.DB, number int64, further ...clause.Expression) (Change, error) {
	var c Change
	err := tx.Clauses(further...).Where("number = ?", number).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return c, fault.New(fault.NotFound, "no change with the number %d waits or waited", number)
	}
	if err != nil {
		return c, fmt.Errorf("read the change %d: %w", number, err)
	}
	return c, nil
}

// List lists the changes that are in a state, or all without one, the newest first; most is
// how many, 0 for all.
func List(tx *gorm.DB, state State, most int) ([]Change, error) {
	if state != "" {
		tx = tx.Where("state = ?", state)
	}
	if most > 0 {
		tx = tx.Limit(most)
	}
	var all []Change
	if err := tx.Order("number DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list the changes that wait: %w", err)
	}
	return all, nil
}

// WithdrawOf withdraws the changes of an app that wait, and holds their rows first.
func WithdrawOf(tx *gorm.DB, app, actor, reason string, now time.Time) error {
	var all []Change
	held := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("state = ? AND app_id = ?", Waits, app)
	if err := held.Order("number").Find(&all).Error; err != nil {
		return fmt.Errorf("list the changes of %s that wait: %w", app, err)
	}
	for _, c := range all {
		if err := Settle(tx, c, Withdrawn, actor, reason, now); err != nil {
			return err
		}
	}
	return nil
}

// Count counts the changes that wait.
func Count(tx *gorm.DB) (int64, error) {
	var n int64
	if err := tx.Model(&Change{}).Where("state = ?", Waits).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count the changes that wait: %w", err)
	}
	return n, nil
}

// Settled says, as a fault.Conflict, that a change waits no longer.
func Settled(c Change) error {
	return fault.New(fault.Conflict, "change %d waits no longer: it was %s by %s", c.Number, c.State, c.DecidedBy)
}

// Settle takes a change that waits into another state, for good, and says so to the ledger:
// with the Gains and the Effect that c has, which are those approved. It holds the change's
// row, so that of two people one decides: the other is told by a fault.Conflict.
func Settle(tx *gorm.DB, c Change, became State, actor, reason string, now time.Time) error {
	c.State, c.DecidedBy, c.DecidedReason, c.DecidedAt = became, actor, reason, moment.Of(now)
	done := tx.Model(&Change{}).Where("number = ? AND state = ?", c.Number, Waits).
		Select("State", "DecidedBy", "DecidedReason", "DecidedAt", "Gains", "Effect").Updates(c)
	if done.Error != nil {
		return fmt.Errorf("settle the change %d: %w", c.Number, done.Error)
	}
	if done.RowsAffected == 0 {
		held, err := Find(tx, c.Number)
		if err != nil {
			return err
		}
		return Settled(held)
	}
	action := map[State]string{Approved: "approval.approve", Declined: "approval.decline", Withdrawn: "approval.withdraw"}[became]
	return c.record(tx, action, actor, reason)
}
