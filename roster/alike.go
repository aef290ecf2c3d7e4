package roster

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
)

// Folded is a sourcedId as it is compared with others by eye: without its case and the
// spaces around it.
func Folded(sourcedID string) string { return strings.ToLower(strings.TrimSpace(sourcedID)) }

// Alike finds, by the sourcedIds of some users, those of active users that differ from
// theirs by case or spaces around them alone. It looks through all users.
func Alike(tx *gorm.DB, sourcedIDs []string) (map[string][]string, error) {
	found := map[string][]string{}
	if len(sourcedIDs) == 0 {
		return found, nil
	}
	of := map[string][]string{}
	for _, id := range sourcedIDs {
		of[Folded(id)] = append(of[Folded(id)], id)
	}
	users, _ := catalog.Find("users")
	var active []string
	if err := tx.Table(users.Table()).Where("status = 'active'").Order("sourced_id").Pluck("sourced_id", &active).Error; err != nil {
		return nil, fmt.Errorf("find users of nearly the same sourcedId: %w", database.Redact(err))
	}
	for _, other := range active {
		for _, id := range of[Folded(other)] {
			if id != other && !slices.Contains(found[id], other) {
				found[id] = append(found[id], other)
			}
		}
	}
	return found, nil
}
