package waiting

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/moment"
)

// Marks are what a district holds for so sensitive that an app gains it only once another
// admin has said so. The zero Marks mark nothing.
type Marks struct {
	Classes    []catalog.Class    `json:"classes,omitempty"`    // of fields and of metadata keys
	Categories []catalog.Category `json:"categories,omitempty"` // of the NDPA's Exhibit B
	Names      []string           `json:"names,omitempty"`      // fields, metadata keys and types as grants name them, and whole entities
	Apps       []string           `json:"apps,omitempty"`       // whatever these gain is sensitive
	PageOnly   bool               `json:"page_only,omitempty"`  // nobody approves at the command line
}

// BringsNames says that the names are as rosters brought them.
func (Marks) BringsNames() {}

// Unclassified is how people write the class of what a district named and nobody knows.
const Unclassified = "unclassified"

// MarkableClasses lists the classes that can be marked, from the strictest: credentials go to
// no app, and structural fields come with every record.
func MarkableClasses() []catalog.Class {
	return slices.DeleteFunc(catalog.Classes(), func(c catalog.Class) bool { return c == catalog.Credential || c == catalog.Structural })
}

// WrittenClass is a class as people write it.
func WrittenClass(c catalog.Class) string { return cmp.Or(string(c), Unclassified) }

// FindClass finds a class by what WrittenClass writes. One that cannot be marked is a
// fault.Invalid.
func FindClass(written string) (catalog.Class, error) {
	var names []string
	for _, c := range MarkableClasses() {
		if WrittenClass(c) == written {
			return c, nil
		}
		names = append(names, WrittenClass(c))
	}
	return "", fault.New(fault.Invalid, "no class that can be marked is called %q%s; there are %q", likeness.Echo(written), likeness.DidYouMean(written, names), names)
}

// Off reports whether nothing is marked.
func (m Marks) Off() bool {
	return len(m.Classes)+len(m.Categories)+len(m.Names)+len(m.Apps) == 0
}

// Check refuses marks of what there is not, as a fault.Invalid. Metadata keys and types of
// identifiers are not looked up: an import may have yet to bring them.
func (m Marks) Check() error {
	for _, c := range m.Classes {
		if _, err := FindClass(WrittenClass(c)); err != nil {
			return err
		}
	}
	for _, c := range m.Categories {
		if !slices.Contains(catalog.Categories(), c) {
			return fault.New(fault.Invalid, "no category is called %q", likeness.Echo(string(c)))
		}
	}
	for _, name := range m.Names {
		if err := checkName(name); err != nil {
			return err
		}
	}
	return nil
}

func checkName(name string) error {
	member := catalog.ParseMember(name)
	entity, known := catalog.Find(member.Entity)
	field, isField := entity.Field(member.Name)
	switch {
	case !known || member.Bag == "" && member.Name != "" && !isField:
		return fault.New(fault.Invalid, "nothing that can be marked is called %q%s", likeness.Echo(name), likeness.DidYouMean(name, markable()))
	case member.Bag == "" && field.Class == catalog.Credential:
		return fault.New(fault.Invalid, "%s is a credential, which no app gets: it needs no mark", name)
	case member.Bag == catalog.Metadata && !entity.Metadata:
		return fault.New(fault.Invalid, "%s carry no metadata", entity.Plural)
	}
	return nil
}

// markable lists the entities and fields that a mark may name.
func markable() []string {
	var all []string
	for _, e := range catalog.Entities() {
		all = append(all, e.Plural)
		for _, f := range e.Fields {
			if f.Class != catalog.Credential {
				all = append(all, catalog.Member{Entity: e.Plural, Name: f.Name}.String())
			}
		}
	}
	return all
}

// Tidy are the same marks in one order, each once.
func (m Marks) Tidy() Marks {
	m.Classes = slices.DeleteFunc(catalog.Classes(), func(c catalog.Class) bool { return !slices.Contains(m.Classes, c) })
	m.Categories = slices.DeleteFunc(catalog.Categories(), func(c catalog.Category) bool { return !slices.Contains(m.Categories, c) })
	m.Names = slices.Compact(slices.Sorted(slices.Values(m.Names)))
	m.Apps = slices.Compact(slices.Sorted(slices.Values(m.Apps)))
	return m
}

// Loosens reports whether something that other marks say is no longer said by m: to take a
// mark away is to give apps more.
func (m Marks) Loosens(other Marks) bool {
	return other.PageOnly && !m.PageOnly ||
		lacks(m.Classes, other.Classes) || lacks(m.Categories, other.Categories) || lacks(m.Names, other.Names) || lacks(m.Apps, other.Apps)
}

// lacks reports whether something of other is not in list.
func lacks[T comparable](list, other []T) bool {
	return slices.ContainsFunc(other, func(one T) bool { return !slices.Contains(list, one) })
}

// Mark reports whether a field, key or type is sensitive where it is shared within a scope
// that has guardians, or not.
func (m Marks) Mark(member catalog.Member, guardians bool) bool {
	entity, _ := catalog.Find(member.Entity)
	var class catalog.Class
	var category catalog.Category
	switch member.Bag {
	case catalog.Metadata:
		class, category = catalog.ClassOfKey(member.Entity, member.Name), catalog.CategoryOfKey(member.Entity, member.Name)
	case "":
		f, _ := entity.Field(member.Name)
		class, category = f.Class, f.Category
	default:
		f, _ := entity.Field(string(member.Bag))
		class, category = f.Class, f.Category
		if slices.Contains(m.Names, catalog.Member{Entity: member.Entity, Name: f.Name}.String()) {
			return true
		}
	}
	reaches := guardians && category == catalog.StudentContact && slices.Contains(m.Categories, catalog.GuardianContact)
	return reaches || slices.Contains(m.Classes, class) || slices.Contains(m.Categories, category) ||
		slices.Contains(m.Names, member.String()) || slices.Contains(m.Names, member.Entity)
}

// SavedMarks are marks as they were saved: one row of their history. The highest version
// holds; version 0 is that nothing was ever marked.
type SavedMarks struct {
	Version int64         `json:"version" gorm:"primaryKey;autoIncrement:false"` // from 1
	Marks   Marks         `json:"marks" gorm:"column:document;serializer:json"`
	Actor   string        `json:"actor,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	SavedAt moment.Moment `json:"saved_at,omitempty" gorm:"column:created_at"`
}

// TableName is the table of the marks.
func (SavedMarks) TableName() string { return "sensitive_marks" }

// ReadMarks reads the marks that hold, as tx sees them: of version 0 where nothing was ever
// marked.
func ReadMarks(tx *gorm.DB, further ...clause.Expression) (SavedMarks, error) {
	var saved SavedMarks
	err := tx.Clauses(further...).Order("version DESC").Limit(1).Take(&saved).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return SavedMarks{}, fmt.Errorf("read what is marked as sensitive: %w", err)
	}
	return saved, nil
}

// MarksSaved lists every version of the marks, the newest first.
func MarksSaved(tx *gorm.DB) ([]SavedMarks, error) {
	var all []SavedMarks
	if err := tx.Order("version DESC").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list what was marked as sensitive: %w", err)
	}
	return all, nil
}

// MarksApp reports whether whatever an app gains is sensitive.
func (m Marks) MarksApp(app string) bool { return slices.Contains(m.Apps, app) }

// Without is what of the marks others do not say.
func (m Marks) Without(other Marks) Marks {
	return Marks{
		Classes: without(m.Classes, other.Classes), Categories: without(m.Categories, other.Categories),
		Names: without(m.Names, other.Names), Apps: without(m.Apps, other.Apps), PageOnly: m.PageOnly && !other.PageOnly,
	}
}

func without[T comparable](list, other []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool { return slices.Contains(other, one) })
}
