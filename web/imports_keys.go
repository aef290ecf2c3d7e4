package web

import (
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// keyGroup names the keys of an entity that came or went with an import.
type keyGroup struct {
	Label string // of the entity, with how many there are
	Names []string
	More  string // how many are not named
}

// reportKeys says which keys came and went.
func (r *Rooms) reportKeys(v *visit, m *reportModel) error {
	var err error
	if m.New, err = r.keyGroups(v, m.Report.NewKeys); err != nil {
		return err
	}
	m.Gone, err = r.keyGroups(v, m.Report.VanishedKeys)
	return err
}

// keyGroups groups the keys of a report by entity. Those that the person may not
// read are counted.
func (r *Rooms) keyGroups(v *visit, reported []string) ([]keyGroup, error) {
	var groups []keyGroup
	for _, e := range catalog.Entities() {
		var own []string
		for _, name := range reported {
			if reportedKey(name).Entity == e.Plural {
				own = append(own, name)
			}
		}
		if len(own) == 0 {
			continue
		}
		names, others, err := r.nameable(v, own)
		if err != nil {
			return nil, err
		}
		for i, name := range names {
			names[i] = strings.TrimPrefix(name, e.Plural+".")
		}
		groups = append(groups, keyGroup{e.Label + " (" + number(int64(len(own))) + ")", names, typesSaid(others)})
	}
	return groups, nil
}
