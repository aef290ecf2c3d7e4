package web

import (
	"github.com/rostergate/rostergate/catalog"
)

// relatedLabel is what records about a person are called beside the person's own.
func relatedLabel(e catalog.Entity) string {
	if e.Plural == firstTab {
		return "Related people"
	}
	return e.Label
}

// relating are the fields by which records of an entity say something of a person.
func relating(e catalog.Entity) []string {
	var names []string
	for _, f := range e.Fields {
		if f.Target == firstTab {
			names = append(names, f.Name)
		}
	}
	return names
}

// named gives hits about a person that have no name of their own one: an
// enrollment that of its class, what describes the person the person's.
func (r *Rooms) named(v *visit, e catalog.Entity, hits []hit, person string) ([]hit, error) {
	names := map[uint32]string{}
	switch {
	case e.Describes != "":
		for _, h := range hits {
			names[h.id] = person
		}
	case e.Plural == "enrollments":
		snapshot, err := r.Views.Snapshot(v.ctx())
		if err != nil {
			return nil, err
		}
		classes := map[uint32]uint32{}
		var ids []uint32
		for _, h := range hits {
			classes[h.id] = snapshot.Referred(e.Plural, "class", h.id)
			ids = append(ids, classes[h.id])
		}
		titles, err := v.sight.titles("classes", snapshot, ordered(ids))
		if err != nil {
			return nil, err
		}
		for id, class := range classes {
			if titles.has(class) {
				v.sight.saw(e.Plural, []uint32{id}, "class")
				names[id] = titles.show(class)
			}
		}
	}
	for i, h := range hits {
		if name := names[h.id]; name != "" && h.Name == h.SourcedID {
			hits[i].Name, hits[i].Says = name, h.SourcedID
			if h.Says != "" {
				hits[i].Says += " · " + h.Says
			}
		}
	}
	return hits, nil
}
