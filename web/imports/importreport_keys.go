package imports

import (
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/web/frame"
)

// keyGroup names the keys of an entity that came or went with an import.
type keyGroup struct {
	Label string // of the entity, with how many there are
	Names []string
}

// keyGroups groups the keys of a report by entity.
func keyGroups(reported []string) []keyGroup {
	var groups []keyGroup
	for _, e := range catalog.Entities() {
		var names []string
		for _, name := range reported {
			if own, is := strings.CutPrefix(name, e.Plural+"."); is {
				names = append(names, own)
			}
		}
		if len(names) > 0 {
			groups = append(groups, keyGroup{e.Label + " (" + frame.Number(int64(len(names))) + ")", names})
		}
	}
	return groups
}
