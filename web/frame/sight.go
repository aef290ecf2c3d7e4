package frame

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

// Sight is how a page reads values of the roster. Whose and which fields it read is
// on record before the page is shown, or the page is not shown. No other file of the
// frame reads them, and no room; a test holds that.
type Sight struct {
	v     *Visit
	seen  map[string]*seen           // by entity
	names map[string]map[string]bool // that nobody has accepted: by entity, the fields that they are of
}

// seen is what a page shows of one entity.
type seen struct {
	records *roaring.Bitmap
	fields  map[string]bool
}

// Saw notes that the page shows fields of records.
func (s *Sight) Saw(entity string, ids []uint32, fields ...string) {
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
func (s *Sight) sawNames(entity, field string) {
	if s.names == nil {
		s.names = map[string]map[string]bool{}
	}
	if s.names[entity] == nil {
		s.names[entity] = map[string]bool{}
	}
	s.names[entity][field] = true
}

// sawReport notes that the page shows a report, which may be said with other names.
func (s *Sight) sawReport(r, said *intake.Report) {
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
func (s *Sight) onRecord() error {
	if len(s.seen)+len(s.names) == 0 {
		return nil
	}
	snapshot, err := s.v.frame.Views.Snapshot(s.v.Context())
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
func (s *Sight) disclose(shown audit.Disclosure) error {
	shown.RequestID, shown.App, shown.Door = s.v.RequestID(), s.v.PathParam("app"), audit.DoorPage
	shown.Actor, shown.Route = s.v.Person.Email, s.v.line.Path
	if err := s.v.frame.Ledger.Disclose(s.v.Context(), shown); err != nil {
		return fmt.Errorf("record what the page %s shows: %w", s.v.line.Path, err)
	}
	return nil
}

// Search finds at most most records by words, and whether there are more.
func (s *Sight) Search(e catalog.Entity, words string, most int) ([]Hit, bool, error) {
	found, more, err := s.v.frame.Roster.Search(s.v.Context(), e, words, most)
	return s.noteHits(e, found), more, err
}

// Records are some records, at most most of them.
func (s *Sight) Records(e catalog.Entity, ids []uint32, most int, fields ...string) ([]Hit, error) {
	found, err := s.v.frame.Roster.Hits(s.v.Context(), e, ids, most)
	return s.noteHits(e, found, fields...), err
}

// noteHits notes what was found, with the fields that it was found by.
func (s *Sight) noteHits(e catalog.Entity, found []roster.Hit, fields ...string) []Hit {
	var all []Hit
	var ids []uint32
	for _, h := range found {
		all, ids = append(all, hitOf(h)), append(ids, h.ID)
	}
	for _, f := range roster.HitFields(e) {
		fields = append(fields, f.Name)
	}
	if len(ids) > 0 {
		s.Saw(e.Plural, ids, fields...)
	}
	return all
}

// Record is the record that has a sourcedId; the zero Hit with what was asked for
// where the roster never had it.
func (s *Sight) Record(e catalog.Entity, sourcedID string) (*Hit, error) {
	id, _, err := s.v.frame.Roster.Find(s.v.Context(), e, sourcedID)
	if err != nil {
		return nil, err
	}
	found, err := s.Records(e, []uint32{id}, 1)
	if len(found) == 1 {
		return &found[0], err
	}
	return &Hit{SourcedID: sourcedID, Name: sourcedID}, err
}

// AboutPerson finds the records that say something of a person, to be read by Records.
func (s *Sight) AboutPerson(h Hit) (map[string]*roaring.Bitmap, error) {
	return s.v.frame.Roster.About(s.v.Context(), h.SourcedID)
}

// FirstWith finds the first record with a value of what is selected, 0 where none has.
func (s *Sight) FirstWith(what roster.Selection, among *roaring.Bitmap) (uint32, error) {
	return s.v.frame.Roster.FirstWith(s.v.Context(), what, among)
}

// SourcedIDOf names a record for Record to find. Nobody sees it.
func (s *Sight) SourcedIDOf(e catalog.Entity, id uint32) (string, error) {
	found, err := s.v.frame.Roster.Hits(s.v.Context(), e, []uint32{id}, 1)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].SourcedID, nil
}

// Preview is what an app would get. The gateway puts it on record itself.
func (s *Sight) Preview(asked gateway.PreviewRequest) (gateway.Preview, error) {
	if s.v.Person.Role != people.Admin || !s.v.line.Values {
		return gateway.Preview{}, errors.New("the page " + s.v.line.Path + " would show a preview, which its route does not say")
	}
	words, err := s.v.vocabulary()
	if err != nil {
		return gateway.Preview{}, err
	}
	asked.Actor = s.v.Person.Email
	shown, err := s.v.frame.Gateway.Preview(s.v.Context(), asked)
	one := shown.Decision.Entities[asked.Entity]
	for _, name := range MemberNames(one.Keys) {
		s.v.sayName(words, asked.Entity, catalog.Metadata, name)
	}
	for _, name := range MemberNames(one.Types) {
		s.v.sayName(words, asked.Entity, catalog.UserIDs, name)
	}
	return shown, err
}
