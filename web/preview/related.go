package preview

import (
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/web/frame"
)

// relatedLabel is what records about a person are called beside the person's own.
func relatedLabel(e catalog.Entity) string {
	if e.Plural == frame.FirstTab {
		return "Related people"
	}
	return e.Label
}

// relating are the fields by which records of an entity say something of a person.
func relating(e catalog.Entity) []string {
	var names []string
	for _, f := range e.Fields {
		if f.Target == frame.FirstTab {
			names = append(names, f.Name)
		}
	}
	return names
}

// nameHits gives hits about a person that have no name of their own one: an
// enrollment that of its class, what describes the person the person's.
func (r *Room) nameHits(v *frame.Visit, e catalog.Entity, hits []frame.Hit, person string) ([]frame.Hit, error) {
	names := map[uint32]string{}
	switch {
	case e.Describes != "":
		for _, h := range hits {
			names[h.ID] = person
		}
	case e.Plural == "enrollments":
		snapshot, err := r.Views.Snapshot(v.Context())
		if err != nil {
			return nil, err
		}
		classes := map[uint32]uint32{}
		var ids []uint32
		for _, h := range hits {
			classes[h.ID] = snapshot.Referred(e.Plural, "class", h.ID)
			ids = append(ids, classes[h.ID])
		}
		titles, err := v.Sight.Titles("classes", snapshot, frame.SortedUnique(ids))
		if err != nil {
			return nil, err
		}
		for id, class := range classes {
			if titles.Has(class) {
				v.Sight.Saw(e.Plural, []uint32{id}, "class")
				names[id] = titles.Show(class)
			}
		}
	}
	for i, h := range hits {
		if name := names[h.ID]; name != "" && h.Name == h.SourcedID {
			hits[i].Name, hits[i].Says = name, h.SourcedID
			if h.Says != "" {
				hits[i].Says += " · " + h.Says
			}
		}
	}
	return hits, nil
}
