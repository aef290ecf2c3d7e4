package optouts

import (
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/revision"
)

// end removes lines, and ends a change: what was added and removed goes to the ledger's
// outbox, and then the revision moves.
func end(tx *gorm.DB, added, removed []line, by apps.By) error {
	if err := remove(tx, removed); err != nil {
		return err
	}
	if err := record(tx, "optout.add", added, by); err != nil {
		return err
	}
	if err := record(tx, "optout.remove", removed, by); err != nil {
		return err
	}
	return revision.MovePermission(tx)
}

func remove(tx *gorm.DB, lines []line) error {
	for app, users := range byApp(lines) {
		for some := range slices.Chunk(users, rowsAtOnce) {
			those := tx.Where("user_id IN ?", some)
			if app == AllApps {
				those = those.Where("app_id IS NULL")
			} else {
				those = those.Where("app_id = ?", app)
			}
			if err := those.Delete(&row{}).Error; err != nil {
				return fmt.Errorf("remove opt-outs: %w", err)
			}
		}
	}
	return nil
}

// byApp are the students of lines by their app, in the order of the lines.
func byApp(lines []line) map[string][]uint32 {
	all := map[string][]uint32{}
	for _, one := range lines {
		all[one.app] = append(all[one.app], one.user)
	}
	return all
}

// toldAtOnce is how many students one entry names.
const toldAtOnce = 1000

// record puts lines on record, by app.
func record(tx *gorm.DB, action string, lines []line, by apps.By) error {
	all := byApp(lines)
	for _, app := range slices.Sorted(maps.Keys(all)) {
		for some := range slices.Chunk(all[app], toldAtOnce) {
			change := audit.Change{Actor: by.Actor, Action: action, App: app, Subject: subject(some), Reason: by.Reason}
			if action == "optout.add" {
				change.After = audit.Students{Students: some}
			} else {
				change.Before = audit.Students{Students: some}
			}
			if err := audit.Record(tx, change); err != nil {
				return err
			}
		}
	}
	return nil
}

func subject(users []uint32) string {
	if len(users) == 1 {
		return fmt.Sprintf("student %d", users[0])
	}
	return fmt.Sprintf("%d students", len(users))
}
