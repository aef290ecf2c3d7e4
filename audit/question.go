package audit

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
)

// Question narrows a walk through the ledger. The zero Question asks for all.
type Question struct {
	App string

	// Action is what was done: "grant.save", "import". Only changes have one.
	Action string

	// Field is a field, metadata key or type of userIds that was sent:
	// "users.email", "demographics.metadata.homeLanguage",
	// "users.userIds.StateID". Fields sent masked count as sent.
	Field string

	From time.Time // at this time or later
	To   time.Time // before this time

	// Received leaves out what was shown to a person, in the app's place or on a page:
	// what is left, the app got. Of refusals it leaves out those of previews. Without it previews and pages are found, too, for a
	// person saw them; their door and their actor tell them apart.
	Received bool

	// Shown leaves only what was shown to a person, in the app's place or on a page.
	Shown bool

	// Something leaves out answers without a record: pages of a list that were empty.
	Something bool

	// About holds sets of internal record ids by the entity's plural. A disclosure
	// matches where it sent any of its entity's set, a change where it names any of
	// the users as Students. Nil is no condition.
	About map[string]*roaring.Bitmap
}

// Disclosures calls fn with each disclosure that matches, in the order of ids,
// up to the last that existed when it began. It holds a bounded number of
// entries and no connection while fn runs. An error of fn ends the walk and is
// returned; a question about a field or entity that the catalog does not have is
// fault.Invalid.
func (l *Ledger) Disclosures(ctx context.Context, q Question, fn func(Entry) error) error {
	return l.walk(ctx, KindDisclosure, q, fn)
}

// Refusals is Disclosures for refusals. Asking about Field or About is
// fault.Invalid, for a refusal sent nothing.
func (l *Ledger) Refusals(ctx context.Context, q Question, fn func(Entry) error) error {
	return l.walk(ctx, KindRefusal, q, fn)
}

// Changes is Disclosures for changes, by Action too, without Field likewise. A change
// that was not sequenced yet is not in it. Entries go by their ids: a change may
// follow disclosures that are a little younger.
func (l *Ledger) Changes(ctx context.Context, q Question, fn func(Entry) error) error {
	return l.walk(ctx, KindChange, q, fn)
}

// conditions is a question, checked and taken apart.
type conditions struct {
	kind     Kind
	app      string
	action   string
	received bool
	shown    bool
	filled   bool
	from, to moment.Moment // empty is open
	entities []string
	every    bool   // entity; else those listed
	list     string // the column that must hold name; empty where no field was asked for
	name     string
	about    map[string]*roaring.Bitmap
	students *roaring.Bitmap // that a change is to name; nil is no condition
}

func (q Question) conditions(kind Kind) (conditions, error) {
	c := conditions{kind: kind, app: q.App, action: q.Action, received: q.Received, shown: q.Shown, filled: q.Something, about: q.About, every: q.About == nil}
	if kind == KindChange && q.About != nil {
		c.about, c.every, c.students = nil, true, roaring.New()
		if users := q.About["users"]; users != nil {
			c.students = users
		}
		q.About = nil
	}
	if kind != KindDisclosure && (q.Field != "" || q.About != nil) {
		return c, fault.New(fault.Invalid, "only disclosures can be asked for by field or record")
	}
	if kind != KindChange && q.Action != "" {
		return c, fault.New(fault.Invalid, "only changes can be asked for by action")
	}
	if !q.From.IsZero() {
		c.from = moment.Of(q.From)
	}
	if !q.To.IsZero() {
		// An entry's time was cut to the millisecond; what came before To stays in.
		c.to = moment.Of(q.To.Add(time.Millisecond - 1))
	}
	c.entities = slices.Sorted(maps.Keys(q.About))
	for _, plural := range c.entities {
		if _, known := catalog.Find(plural); !known {
			return c, fault.New(fault.Invalid, "no entity is called %q", plural)
		}
	}
	if q.Field == "" {
		return c, nil
	}
	return c, c.field(q.Field)
}

// field narrows to the entity of a field's path and to the list that would name
// the field.
func (c *conditions) field(path string) error {
	m := catalog.ParseMember(path)
	entity, known := catalog.Find(m.Entity)
	if !known {
		return fault.New(fault.Invalid, "no entity is called %q", m.Entity)
	}
	if _, known := entity.Field(m.Name); m.Bag == "" && !known {
		return fault.New(fault.Invalid, "%s have no field called %q", m.Entity, m.Name)
	}
	m = m.Held()
	if c.every || slices.Contains(c.entities, m.Entity) {
		c.entities = []string{m.Entity}
	} else {
		c.entities = nil
	}
	c.every, c.name = false, m.Name
	switch m.Bag {
	case catalog.Metadata:
		c.list = "metadata"
		return nil
	case catalog.UserIDs:
		c.list = "types"
		return nil
	}
	c.list = "fields"
	return nil
}
