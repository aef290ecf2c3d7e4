package web

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
)

// sight is how a page reads values of the roster. Whose and which fields it read is
// on record before the page is shown, or the page is not shown. No other file of this
// package reads them; a test holds that.
type sight struct {
	v     *visit
	seen  map[string]*seen           // by entity
	names map[string]map[string]bool // that nobody has accepted: by entity, the fields that they are of
}

// seen is what a page shows of one entity.
type seen struct {
	records *roaring.Bitmap
	fields  map[string]bool
}

// saw notes that the page shows fields of records.
func (s *sight) saw(entity string, ids []uint32, fields ...string) {
	if s.seen == nil {
		s.seen = map[string]*seen{}
	}
	if s.seen[entity] == nil {
		s.seen[entity] = &seen{roaring.New(), map[string]bool{}}
	}
	s.seen[entity].records.AddMany(ids)
	for _, name := range fields {
		s.seen[entity].fields[name] = true
	}
}

// sawNames notes that the page shows names of keys, types or grades that count as
// values. They are nobody's in particular, and so have no records.
func (s *sight) sawNames(entity, field string) {
	if s.names == nil {
		s.names = map[string]map[string]bool{}
	}
	if s.names[entity] == nil {
		s.names[entity] = map[string]bool{}
	}
	s.names[entity][field] = true
}

// sawReport notes that the page shows a report, which may be said with other names.
func (s *sight) sawReport(r, said *intake.Report) {
	for i, member := range slices.Concat(r.NewKeys, r.VanishedKeys) {
		if member != slices.Concat(said.NewKeys, said.VanishedKeys)[i] {
			entity, rest, _ := strings.Cut(member, ".")
			bag, _, _ := strings.Cut(rest, ".")
			s.sawNames(entity, bag)
		}
	}
	for i, c := range r.Causes {
		if c.Column != said.Causes[i].Column {
			s.sawNames(strings.TrimSuffix(c.File, ".csv"), string(catalog.Metadata))
		}
	}
}

// onRecord puts on record what the page is about to show, an entry for each entity.
// A page whose route does not say that it shows such values is an error, and so is
// one for somebody who may not see them.
func (s *sight) onRecord() error {
	if len(s.seen)+len(s.names) == 0 {
		return nil
	}
	snapshot, err := s.v.rooms.Views.Snapshot(s.v.ctx())
	if err != nil {
		return err
	}
	for _, entity := range slices.Sorted(maps.Keys(s.seen)) {
		one := s.seen[entity]
		if s.v.Person.Role != people.Admin || !s.v.line.shows(entity) {
			return errors.New("the page " + s.v.line.Path + " would show values of " + entity + ", which its route does not say")
		}
		shown := audit.Disclosure{Entity: entity, Fields: slices.Sorted(maps.Keys(one.fields)), Records: one.records, Generation: snapshot.Generation}
		if err := s.disclose(shown); err != nil {
			return err
		}
	}
	for _, entity := range slices.Sorted(maps.Keys(s.names)) {
		shown := audit.Disclosure{Entity: entity, Fields: slices.Sorted(maps.Keys(s.names[entity])), Reason: unacceptedNames, Generation: snapshot.Generation}
		if err := s.disclose(shown); err != nil {
			return err
		}
	}
	s.seen, s.names = nil, nil
	return nil
}

// unacceptedNames says on record what was shown where it is of no record.
const unacceptedNames = "names that nobody has accepted"

// disclose puts on record that the person is shown something on this page.
func (s *sight) disclose(shown audit.Disclosure) error {
	shown.RequestID, shown.App, shown.Door = s.v.id(), s.v.param("app"), audit.DoorPage
	shown.Actor, shown.Route = s.v.Person.Email, s.v.line.Path
	if err := s.v.rooms.Ledger.Disclose(s.v.ctx(), shown); err != nil {
		return fmt.Errorf("record what the page %s shows: %w", s.v.line.Path, err)
	}
	return nil
}

// search finds at most most records by words, and whether there are more.
func (s *sight) search(e catalog.Entity, words string, most int) ([]hit, bool, error) {
	found, more, err := s.v.rooms.Roster.Search(s.v.ctx(), e, words, most)
	return s.hits(e, found), more, err
}

// records are some records, at most most of them.
func (s *sight) records(e catalog.Entity, ids []uint32, most int, fields ...string) ([]hit, error) {
	found, err := s.v.rooms.Roster.Hits(s.v.ctx(), e, ids, most)
	return s.hits(e, found, fields...), err
}

// hits notes what was found, with the fields that it was found by.
func (s *sight) hits(e catalog.Entity, found []roster.Hit, fields ...string) []hit {
	var all []hit
	var ids []uint32
	for _, h := range found {
		all, ids = append(all, hitOf(h)), append(ids, h.ID)
	}
	for _, f := range roster.HitFields(e) {
		fields = append(fields, f.Name)
	}
	if len(ids) > 0 {
		s.saw(e.Plural, ids, fields...)
	}
	return all
}

// record is the record that has a sourcedId; the zero hit with what was asked for
// where the roster never had it.
func (s *sight) record(e catalog.Entity, sourcedID string) (*hit, error) {
	id, _, err := s.v.rooms.Roster.Find(s.v.ctx(), e, sourcedID)
	if err != nil {
		return nil, err
	}
	found, err := s.records(e, []uint32{id}, 1)
	if len(found) == 1 {
		return &found[0], err
	}
	return &hit{SourcedID: sourcedID, Name: sourcedID}, err
}

// about finds the records that say something of a person, to be read by records.
func (s *sight) about(h hit) (map[string]*roaring.Bitmap, error) {
	return s.v.rooms.Roster.About(s.v.ctx(), h.SourcedID)
}

// firstWith finds the first record with a value of what is selected, 0 where none has.
func (s *sight) firstWith(what roster.Selection, among *roaring.Bitmap) (uint32, error) {
	return s.v.rooms.Roster.FirstWith(s.v.ctx(), what, among)
}

// sourcedID names a record for record to find. Nobody sees it.
func (s *sight) sourcedID(e catalog.Entity, id uint32) (string, error) {
	found, err := s.v.rooms.Roster.Hits(s.v.ctx(), e, []uint32{id}, 1)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].SourcedID, nil
}

// preview is what an app would get. The gateway puts it on record itself.
func (s *sight) preview(asked gateway.PreviewRequest) (gateway.Preview, error) {
	if s.v.Person.Role != people.Admin || !s.v.line.Values {
		return gateway.Preview{}, errors.New("the page " + s.v.line.Path + " would show a preview, which its route does not say")
	}
	words, err := s.v.vocabulary()
	if err != nil {
		return gateway.Preview{}, err
	}
	asked.Actor = s.v.Person.Email
	shown, err := s.v.rooms.Gateway.Preview(s.v.ctx(), asked)
	one := shown.Decision.Entities[asked.Entity]
	for _, name := range members(one.Keys) {
		s.v.say(words, asked.Entity, catalog.Metadata, name)
	}
	for _, name := range members(one.Types) {
		s.v.say(words, asked.Entity, catalog.UserIDs, name)
	}
	return shown, err
}
