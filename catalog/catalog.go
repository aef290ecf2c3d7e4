package catalog

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Version is a set of OneRoster versions.
type Version uint8

// The versions whose bindings the catalog describes. Both is a field or entity
// that the two share.
const (
	V11  Version = 1 << iota // OneRoster 1.1
	V12                      // OneRoster 1.2 (CSV 1.2.1)
	Both = V11 | V12
)

// Has reports whether every version of w is in v.
func (v Version) Has(w Version) bool { return v&w == w }

// meets reports whether some version of w is in v.
func (v Version) meets(w Version) bool { return v&w != 0 }

// Names lists the versions of the set as people write them: "1.1", "1.2".
func (v Version) Names() []string {
	names := []string{}
	if v.Has(V11) {
		names = append(names, "1.1")
	}
	if v.Has(V12) {
		names = append(names, "1.2")
	}
	return names
}

// Kind is the form of a field's value.
type Kind string

// The kinds. The comment gives the form in JSON; CSV has the same text, lists
// being separated by commas inside one cell.
const (
	ID          Kind = "id"          // a sourcedId
	Text        Kind = "text"        // a string
	Token       Kind = "token"       // one of Field.Values
	Tokens      Kind = "tokens"      // a list of Field.Values
	Boolean     Kind = "boolean"     // "true" or "false", as strings
	Date        Kind = "date"        // YYYY-MM-DD
	Timestamp   Kind = "timestamp"   // YYYY-MM-DDThh:mm:ss.sssZ
	Year        Kind = "year"        // YYYY
	List        Kind = "list"        // a list of strings
	Identifiers Kind = "identifiers" // a list of {type, identifier}; CSV {type:identifier}
	Reference   Kind = "reference"   // one {href, sourcedId, type}; CSV a sourcedId
	References  Kind = "references"  // a list of them; CSV a list of sourcedIds
	Nested      Kind = "nested"      // a list of objects made of another entity's rows
)

// Refers reports whether values of the kind point at other records.
func (k Kind) Refers() bool { return k == Reference || k == References }

// Class is how sensitive a field is. The zero Class is Unclassified, which
// every rule treats as the strictest.
type Class string

// The classes, from the strictest to the one that cannot be hidden.
const (
	Unclassified Class = ""
	Credential   Class = "credential" // a secret; never stored, never granted
	Special      Class = "special"    // the NDPA's special indicators
	Personal     Class = "personal"   // says something of a person, or identifies one
	Contact      Class = "contact"    // reaches a person
	Directory    Class = "directory"  // names and schedules
	Structural   Class = "structural" // holds the roster together; hidden only with its entity
)

// Classes lists the classes from the strictest to the mildest.
func Classes() []Class {
	return []Class{Unclassified, Credential, Special, Personal, Contact, Directory, Structural}
}

// Category is the row of the NDPA's Exhibit B (schedule of data) under which a
// field is declared in a contract.
type Category string

// The categories of the schedule of data that rosters touch.
const (
	NoCategory         Category = ""
	Demographic        Category = "Demographics"
	Enrolling          Category = "Enrollment"
	GuardianContact    Category = "Parent/Guardian Contact"
	GuardianLink       Category = "Parent/Guardian ID"
	Schedule           Category = "Schedule"
	SpecialIndicator   Category = "Special Indicator"
	StudentContact     Category = "Student Contact"
	StudentIdentifiers Category = "Student Identifiers"
	StudentName        Category = "Student Name"
	OtherData          Category = "Other" // what the schedule has no row for
)

// Categories lists the categories, in the order of the schedule.
func Categories() []Category {
	return []Category{Demographic, Enrolling, GuardianContact, GuardianLink, Schedule, SpecialIndicator, StudentContact, StudentIdentifiers, StudentName, OtherData}
}

// Entity is one kind of OneRoster record.
type Entity struct {
	Name     string  // the envelope of one record and the type of references: "academicSession"
	Plural   string  // the envelope of a list, the CSV file's stem, the prefix of grants: "academicSessions"
	Label    string  // as pages and reports call it
	Versions Version // the versions whose CSV binding has a file of it
	Optional bool    // its file may be absent from a package
	Served   bool    // has REST reads of its own; the others appear only inside another entity
	Metadata bool    // may carry district-defined metadata
	Fields   []Field // in the order of the CSV columns

	// Describes is the entity whose sourcedIds this one shares: demographics
	// describe users, and have no ids of their own.
	Describes string

	// Inside is what the sourcedId is called where a record stands inside the one that it
	// belongs to, where it is a URI; empty where it is not shown there.
	Inside string
}

// Field is one member of an entity.
type Field struct {
	Name     string // the JSON member
	CSV      string // the CSV header where it is not Name
	Kind     Kind
	Values   []string // the words that a Token or Tokens may have in 1.1
	More     []string // those that it may have in 1.2 besides
	Extends  bool     // in 1.2 it may have words of a district's own, which begin with ext:
	Target   string   // the entity that a Reference, References or Nested is about
	Through  *Link    // where the value is computed from other records; such a field has no column
	Required bool     // by the CSV binding
	Versions Version
	Class    Class
	Label    string
	Category Category
	Twins    []string // fields of the same entity that tell the same: they hide together
	CEDS     string   // the CEDS element whose codes its values should be, if any
	Silent   string   // what a record says in 1.2 where the roster says nothing, if anything
}

// Link says how a computed field finds its records: those Through.Member of the
// records of Through.Entity whose Through.Field refers here. Member is empty
// where the found records are the answer themselves.
type Link struct {
	Entity string
	Field  string
	Member string
}

// Header is the field's CSV column, empty where it has none.
func (f Field) Header() string {
	switch {
	case f.Through != nil || f.Kind == Nested:
		return ""
	case f.CSV != "":
		return f.CSV
	}
	return f.Name
}

// Column is the field's SQL column: the name in snake case.
func (f Field) Column() string { return snake(f.Name) }

// Computed reports whether the field is derived from other records.
func (f Field) Computed() bool { return f.Through != nil || f.Kind == Nested }

// Storable reports whether a value of the field may be kept at all.
// Credentials may not.
func (f Field) Storable() bool { return f.Class != Credential && !f.Computed() }

// Table is the entity's SQL table: the plural in snake case.
func (e Entity) Table() string { return snake(e.Plural) }

// File is the entity's CSV file name.
func (e Entity) File() string { return e.Plural + ".csv" }

// Field finds a field by its JSON name. Names are case-sensitive.
func (e Entity) Field(name string) (Field, bool) {
	i := slices.IndexFunc(e.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return e.Fields[i], true
}

// As is the field as a version has it: with its words, and whether there may be others.
func (f Field) As(v Version) Field {
	if v.Has(V12) {
		f.Values = slices.Concat(f.Values, f.More)
	} else {
		f.Extends = false
	}
	f.More = nil
	return f
}

// Columns lists the fields that v's CSV binding has a column for, in its order; of
// several versions, those that any of them has.
func (e Entity) Columns(v Version) []Field {
	return e.filter(func(f Field) bool { return f.Versions.meets(v) && f.Header() != "" })
}

// Stored lists the fields that a roster read from v's binding keeps a column of; of
// several versions, those of any of them.
func (e Entity) Stored(v Version) []Field {
	return e.filter(func(f Field) bool { return f.Versions.meets(v) && f.Storable() })
}

// In lists the fields that a record rendered in v may have, credentials apart; of several
// versions, those of any of them.
func (e Entity) In(v Version) []Field {
	return e.filter(func(f Field) bool { return f.Versions.meets(v) && f.Class != Credential })
}

func (e Entity) filter(keep func(Field) bool) []Field {
	var kept []Field
	for _, f := range e.Fields {
		if keep(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// table is the catalog, put together once.
var table = sync.OnceValue(func() []Entity {
	return slices.Concat(places(), teaching(), people(), materials())
})

// Entities lists every entity in the order in which records may refer to one
// another: an entity refers only to itself and to those before it. Callers must
// not change what the entities hold.
func Entities() []Entity { return slices.Clone(table()) }

// Tables lists the entities that a roster read from v's binding keeps a table of; of
// several versions, those of any of them.
func Tables(v Version) []Entity {
	var kept []Entity
	for _, e := range table() {
		if e.Versions.meets(v) {
			kept = append(kept, e)
		}
	}
	return kept
}

// Find finds an entity by its plural.
func Find(plural string) (Entity, bool) {
	for _, e := range table() {
		if e.Plural == plural {
			return e, true
		}
	}
	return Entity{}, false
}

// common puts the three fields that every entity has before its own.
func common(own ...Field) []Field {
	return append([]Field{
		{Name: "sourcedId", Kind: ID, Required: true, Versions: Both, Class: Structural, Label: "Sourced ID"},
		{Name: "status", Kind: Token, Values: []string{"active", "tobedeleted"}, Versions: Both, Class: Structural, Label: "Status"},
		{Name: "dateLastModified", Kind: Timestamp, Versions: Both, Class: Structural, Label: "Last modified"},
	}, own...)
}

func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
