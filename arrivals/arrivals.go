package arrivals

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/shelf"
)

// Record puts an import on record in its own transaction: it is what
// intake.Options wants as Committing. Accepted says that a person accepted
// an import that had been held.
func Record(by apps.By, accepted bool) func(tx *gorm.DB, report *intake.Report) error {
	return func(tx *gorm.DB, report *intake.Report) error {
		names, err := roster.ReadVocabulary(tx)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Change{
			Actor: by.Actor, Action: "import", Subject: fmt.Sprintf("generation %d", report.Generation), Reason: by.Reason,
			After: map[string]any{
				"files": report.Files, "new_keys": names.SayMembers(report.NewKeys), "vanished_keys": names.SayMembers(report.VanishedKeys), "accepted_hold": accepted,
			},
		})
	}
}

// NotStored is what the ledger is told of an import that was refused, or held for
// a person. It is false for any other, and for one that was only tried.
func NotStored(by apps.By, dryRun bool, report *intake.Report) (audit.Change, bool) {
	if dryRun || report.Verdict != intake.Held && report.Verdict != intake.Rejected {
		return audit.Change{}, false
	}
	return audit.Change{
		Actor: by.Actor, Action: "import." + string(report.Verdict), Subject: "package", Reason: by.Reason,
		After: map[string]any{"files": report.Files, "holds": report.Holds},
	}, true
}

// OnRecord has the imports of a shelf put on record: what is stored together with it,
// and what is held or refused behind it.
func OnRecord(shelf *shelf.Shelf, ledger *audit.Ledger) {
	shelf.Committing = func(a intake.Attempt) func(tx *gorm.DB, report *intake.Report) error {
		return Record(apps.By{Actor: a.Actor}, a.AcceptHold)
	}
	shelf.Ended = func(ctx context.Context, a intake.Attempt, report *intake.Report) error {
		if change, note := NotStored(apps.By{Actor: a.Actor}, a.DryRun, report); note {
			return ledger.Note(ctx, change)
		}
		return nil
	}
}
