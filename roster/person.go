package roster

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
)

// Person is who has an id among the users, and nothing else of them.
type Person struct {
	ID        uint32
	SourcedID string
	Role      string
	Gone      bool // the roster holds the person no longer as active
}

// personsAtOnce is how many are asked for in one statement.
const personsAtOnce = 500

// PersonsCalled finds the users that have one of the sourcedIds, by these. Somebody
// whom the roster never had is not in the answer.
func PersonsCalled(tx *gorm.DB, sourcedIDs []string) (map[string]Person, error) {
	found := map[string]Person{}
	for len(sourcedIDs) > 0 {
		some := sourcedIDs[:min(len(sourcedIDs), personsAtOnce)]
		sourcedIDs = sourcedIDs[len(some):]
		var askable []string
		for _, id := range some {
			if utf8.ValidString(id) && !strings.ContainsRune(id, 0) { // as any that the roster can hold
				askable = append(askable, id)
			}
		}
		persons, err := persons(tx, "sourced_id IN ?", askable)
		if err != nil {
			return nil, err
		}
		for _, p := range persons {
			found[p.SourcedID] = p
		}
	}
	return found, nil
}

// Persons finds users by their ids.
func Persons(tx *gorm.DB, ids []uint32) (map[uint32]Person, error) {
	dialect := database.Dialect(tx.Name())
	persons, err := persons(tx, IDIn(dialect), IDList(dialect, ids))
	if err != nil {
		return nil, err
	}
	found := map[uint32]Person{}
	for _, p := range persons {
		found[p.ID] = p
	}
	return found, nil
}

// StudentIDs lists the sourcedIds of the active students, for whoever wrote one that
// there is not.
func (r *Roster) StudentIDs(ctx context.Context) ([]string, error) {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	var all []string
	err := r.DB.Read.WithContext(ctx).Table(users.Table()).Where("status = 'active' AND "+Quoted(role)+" = ?", catalog.Student).Order("sourced_id").Pluck("sourced_id", &all).Error
	if err != nil {
		return nil, fmt.Errorf("list the students: %w", database.Redact(err))
	}
	return all, nil
}

func persons(tx *gorm.DB, condition string, arg any) ([]Person, error) {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	var found []Person
	err := tx.Table(users.Table()).Select("id, sourced_id, COALESCE("+Quoted(role)+", '') AS role, status <> 'active' AS gone").Where(condition, arg).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find some users: %w", database.Redact(err))
	}
	return found, nil
}
