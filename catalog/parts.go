package catalog

// Part is an entity whose records appear inside those of another, and nowhere else.
type Part struct {
	Entity
	Shown Field // the field of the other that shows it
}

// Parts lists what is nested in the entity's records, in the order of its fields.
func (e Entity) Parts() []Part {
	var all []Part
	for _, f := range e.Fields {
		if f.Kind != Nested {
			continue
		}
		if inner, known := Find(f.Target); known {
			all = append(all, Part{inner, f})
		}
	}
	return all
}

// WholeOf finds the entity in whose records those of a part appear, and the field that shows
// them. There is none for what is no part.
func WholeOf(plural string) (Entity, Field, bool) {
	for _, e := range table() {
		for _, p := range e.Parts() {
			if p.Plural == plural {
				return e, p.Shown, true
			}
		}
	}
	return Entity{}, Field{}, false
}

// Held is a field as a record holds it: one of its own, or one of what is nested in it.
type Held struct {
	Field
	Member Member // as grants name it
	Part   string // the plural of what is nested, empty for a field of the record's own
}

// Beside is how the field is called among all that the record holds: "email", "roles.endDate".
func (h Held) Beside() string { return h.Member.Held().Name }

// Holds lists the fields that a record has in a version, credentials apart; of several
// versions, in any of them. Behind its own come those of its parts, but for what every part
// has of itself, which comes with the field that shows it.
func (e Entity) Holds(v Version) []Held {
	var all []Held
	for _, f := range e.In(v) {
		all = append(all, Held{Field: f, Member: Member{Entity: e.Plural, Name: f.Name}})
	}
	for _, p := range e.Parts() {
		for _, f := range p.In(v) {
			if f.Class != Structural {
				all = append(all, Held{Field: f, Member: Member{Entity: p.Plural, Name: f.Name}, Part: p.Plural})
			}
		}
	}
	return all
}
