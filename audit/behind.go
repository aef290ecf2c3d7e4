package audit

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/moment"
)

// Behind is what a ledger knows of having been changed and its store does not have, as
// where the store alone was put back from a backup.
type Behind struct {
	From    moment.Moment  `json:"from,omitempty"`    // when the first of them was recorded; empty where there are none
	Changes map[string]int `json:"changes,omitempty"` // by action
}

// String lists the changes by action and number, opt-outs first.
func (b Behind) String() string {
	var each []string
	for _, action := range slices.Sorted(maps.Keys(b.Changes)) {
		one := fmt.Sprintf("%s %d", action, b.Changes[action])
		if strings.HasPrefix(action, "optout.") {
			each = slices.Insert(each, 0, one)
		} else {
			each = append(each, one)
		}
	}
	return strings.Join(each, ", ")
}

// ofNoAccess are beginnings of actions that change nothing of what apps get: who signs in,
// what is looked at, and what is said of the databases themselves.
func ofNoAccess() []string {
	return []string{"audit.", "store.", "database.", "ledger.", "person.", "password.", "day."}
}

// StoreBehind counts the changes of what apps get and of the district that a migrated
// ledger has behind the newest entry that its store knows of, without those that wait in
// the store's outbox. Once something is moved from there into the ledger, the store knows
// all entries and nothing is behind. Of a ledger that lost entries, and of one that was put
// back together with its store, it knows nothing.
func StoreBehind(ctx context.Context, ledger, store *database.Database) (Behind, error) {
	known, err := knownHead(ctx, store)
	if err != nil || known.Ledger == "" {
		return Behind{}, err
	}
	var waiting []string
	if err := store.Read.WithContext(ctx).Model(&outboxRow{}).Pluck("key", &waiting).Error; err != nil {
		return Behind{}, fmt.Errorf("read the outbox: %w", err)
	}
	var rows []Entry
	err = ledger.Read.WithContext(ctx).Model(&Entry{}).Select("time", "action", "outbox_key").
		Where("kind = ? AND id > ?", KindChange, known.Newest).Order("id").Find(&rows).Error
	if err != nil {
		return Behind{}, fmt.Errorf("read the changes behind entry %d: %w", known.Newest, err)
	}
	found := Behind{Changes: map[string]int{}}
	for _, e := range rows {
		isOf := func(beginning string) bool { return strings.HasPrefix(e.Action, beginning) }
		if e.OutboxKey != nil && slices.Contains(waiting, *e.OutboxKey) || slices.ContainsFunc(ofNoAccess(), isOf) {
			continue
		}
		if found.From == "" {
			found.From = e.Time
		}
		found.Changes[e.Action]++
	}
	return found, nil
}
