package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/hooks"
	"github.com/rostergate/rostergate/roster/roles"
	"github.com/rostergate/rostergate/roster/stored"
)

// The roles of OneRoster 1.2 come in a file behind that of the users, and the role and the
// orgs of a user are made of them. So users are judged before the roles, and compared with what is stored behind them.

// book is the roles of all users, as the roster will have them.
type book struct {
	*roles.Book
	rows  *roaring.Bitmap // the ids of roles that the package has a row of
	had   *roaring.Bitmap // the users who had roles before a delta of roles
	names []string        // the sourcedIds of orgs, by id
}

func newBook() *book { return &book{Book: roles.NewBook(), rows: roaring.New(), had: roaring.New()} }

// byName orders orgs by their sourcedIds.
func (b *book) byName(one, other uint32) int { return cmp.Compare(b.names[one], b.names[other]) }

// note notes the row of a role that is taken, as it is to be stored.
func (b *book) note(line int, id uint32, cells []string, at rolePlaces) {
	b.rows.Add(id)
	b.Add(codec.ID(cells[at.user]), codec.ID(cells[at.org]), cells[at.word], cells[at.kind], line)
}

// rolePlaces are where the cells of a role stand among the columns.
type rolePlaces struct{ user, org, word, kind int }

func placesOfRoles(e catalog.Entity) rolePlaces {
	at := roster.Places(e, "user", "org", "role", "roleType")
	return rolePlaces{at[0], at[1], at[2], at[3]}
}

// fill adds the stored roles that stay as they are, and the names of the orgs.
func (b *book) fill(ctx context.Context, held stored.Table, x *index, orgs *index) error {
	b.names = orgs.sourcedIDs()
	stay := roaring.New()
	for _, r := range x.records {
		if r.live && x.stays(r) && !b.rows.Contains(r.id) {
			stay.Add(r.id)
		}
	}
	at := placesOfRoles(x.entity)
	if x.partial {
		err := held.Links(ctx, held.Names[at.user], held.Names[at.org], func(_, user, _ uint32) { b.had.Add(user) })
		if err != nil {
			return fmt.Errorf("read who has roles: %w", err)
		}
	}
	for some := range slices.Chunk(stay.ToArray(), 20*stored.AtOnce) {
		rows, err := held.Rows(ctx, some)
		if err != nil {
			return fmt.Errorf("read the stored roles: %w", err)
		}
		for _, cells := range rows {
			b.Add(codec.ID(cells[at.user]), codec.ID(cells[at.org]), cells[at.word], cells[at.kind], 0)
		}
	}
	return nil
}

// called is the sourcedId of a record, once all have ids.
func (x *index) called(id uint32) string {
	if x.byID == nil {
		x.byID = x.sourcedIDs()
	}
	return x.byID[id]
}

// sourcedIDs are those of the records, by id.
func (x *index) sourcedIDs() []string {
	names := make([]string, x.last+1)
	for name, place := range x.places {
		names[x.records[place].id] = name
	}
	return names
}

// nesting is where the rows of an entity say of which user they are a part; the zero nesting is
// of entities whose rows are no part.
type nesting struct {
	at    int
	users *roaring.Bitmap
}

// nestingOf is that of an entity.
func nestingOf(e catalog.Entity, all roles.Renewed) nesting {
	users, _ := catalog.Find("users")
	for _, f := range users.Fields {
		if f.Kind == catalog.Nested && f.Target == e.Plural {
			return nesting{roster.Places(e, "user")[0], all.Of(f.Name)}
		}
	}
	return nesting{}
}

// renew notes the user of a row that came, changed or goes.
func (n nesting) renew(cells []string) {
	if n.at > 0 {
		n.users.Add(codec.ID(cells[n.at]))
	}
}

// former is what users of 1.2 are made into for 1.1.
type former struct {
	book    *book
	report  *Report
	renewed roles.Renewed
	derives bool // of whom the rows say no role
	cleared bool // who has no role now has none, whatever is stored
	joins   bool // the roles come by a delta, to users who may have come by 1.1
	at      formerPlaces
}

// formerPlaces are where the cells stand that are made, and what they are made by.
type formerPlaces struct{ role, orgs, home int }

func placesOfUsers(e catalog.Entity) formerPlaces {
	at := roster.Places(e, "role", "orgs", "primaryOrg")
	return formerPlaces{at[0], at[1], at[2]}
}

// derive puts the role and the orgs of 1.1 into the cells of a user. Who never had roles is
// one of 1.1, and keeps them.
func (f *former) derive(id uint32, cells []string, warn func(cell.Flaw)) {
	held, home := f.book.Of(id), codec.ID(cells[f.at.home])
	if len(held) == 0 && !f.cleared && !f.renewed.Of("roles").Contains(id) && cells[f.at.orgs] != "" {
		return
	}
	role, orgs := roles.Before12(held, home, f.book.byName)
	lost := slices.ContainsFunc(codec.IDs(cells[f.at.orgs]), func(org uint32) bool { return !slices.Contains(orgs, org) })
	if f.joins && len(held) > 0 && lost && !f.book.had.Contains(id) {
		warn(roles.FewerOrgs)
	}
	cells[f.at.role], cells[f.at.orgs] = role, ""
	for _, org := range orgs {
		cells[f.at.orgs] = joined(cells[f.at.orgs], fmt.Sprint(org))
	}
	for _, flaw := range roles.Flaws(held, role, orgs, home) {
		warn(flaw)
	}
	for _, d := range roles.Doubles(held) {
		if d.Line == 0 {
			warn(roles.TwoPrimary)
			continue
		}
		f.report.Add(bundle.Problem{
			Severity: bundle.Warning, File: "roles.csv", Line: d.Line, Other: d.First, Column: "roleType",
			Problem: roles.TwoPrimary.Problem, Remedy: roles.TwoPrimary.Remedy,
		})
	}
}

// settle makes the cells of a row that is taken agree: of 1.2 those of 1.1, and the other way
// round.
func (f *former) settle(id uint32, cells []string, warn func(cell.Flaw)) {
	if f.derives {
		f.derive(id, cells, warn)
		return
	}
	f.stay(cells, warn)
}

// stay takes the primary org of 1.2 from a user whom a row of 1.1 gives other orgs.
func (f *former) stay(cells []string, warn func(cell.Flaw)) {
	home := codec.ID(cells[f.at.home])
	if home > 0 && !slices.Contains(codec.IDs(cells[f.at.orgs]), home) {
		cells[f.at.home] = ""
		warn(roles.MovedAway)
	}
}

// renewedBy notes by which fields a user changes with what hangs on the user.
func (s *stage) renewedBy(id uint32) (any bool) {
	if s.former == nil {
		return false
	}
	for field, users := range s.former.renewed {
		if users.Contains(id) {
			s.changes.Add(field, id)
			any = true
		}
	}
	return any
}

// renewRest stages the users that the package has no row of and whose roles or profiles
// changed, and records that are without a reference now.
func (s *stage) renewRest(ctx context.Context) error {
	rest := roaring.New()
	if s.former != nil {
		rest = s.former.renewed.Any()
	}
	if s.index.freed != nil {
		rest.Or(s.index.freed)
	}
	rest.AndNot(s.placed)
	for _, r := range s.index.records {
		if !r.live || !s.index.stays(r) {
			rest.Remove(r.id)
		}
	}
	for some := range slices.Chunk(rest.ToArray(), stored.AtOnce) {
		rows, err := s.table.Rows(ctx, some)
		if err != nil {
			return fmt.Errorf("read %s that change with others: %w", s.layout.Entity.Plural, err)
		}
		slices.SortFunc(rows, func(a, b []string) int { return cmp.Compare(codec.ID(a[0]), codec.ID(b[0])) })
		for _, cells := range rows {
			if err := s.renewOne(ctx, cells); err != nil {
				return err
			}
		}
	}
	return nil
}

// renewOne stages a stored record anew.
func (s *stage) renewOne(ctx context.Context, cells []string) error {
	id := codec.ID(cells[0])
	for i, f := range s.contents {
		if f.Kind == catalog.Identifiers {
			cells[roster.ContentAt+i] = codec.BagText(codec.Bag(cells[roster.ContentAt+i]))
		}
	}
	cells[roster.DateAt] = s.date
	if last := len(cells) - 1; s.layout.Entity.Metadata {
		cells[last] = codec.BagText(codec.Bag(cells[last]))
	}
	s.unhook(cells)
	if s.former != nil {
		s.former.derive(id, cells, func(flaw cell.Flaw) { s.warn(0, "", flaw) })
	}
	s.placed.Add(id)
	s.countStored(cells)
	s.keepWhole(cells)
	s.retaken.Add(id)
	cells[0] = ""
	s.renewedBy(id)
	hash := s.hash(cells)
	cells[1] = string(hash[:])
	return s.compareLater(ctx, id, cells)
}

// unhook takes the references to what is gone out of a record that stays without them.
func (s *stage) unhook(cells []string) {
	for i, f := range s.contents {
		if at := roster.ContentAt + i; f.Kind.Refers() {
			cells[at] = hooks.Without(cells[at], s.removed[f.Target])
		}
	}
}
