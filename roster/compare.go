package roster

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rostergate/rostergate/catalog"
)

// compare reads the stored versions of the waiting rows, notes by field what
// changed, and stages the rows.
func (s *stage) compare() error {
	if len(s.batch) == 0 {
		return nil
	}
	waiting := map[uint32]staged{}
	ids := make([]uint32, 0, len(s.batch))
	for _, r := range s.batch {
		waiting[r.id] = r
		ids = append(ids, r.id)
	}
	e := s.layout.entity
	db := s.imp.roster.DB
	rows, err := db.Read.WithContext(s.imp.ctx).
		Raw("SELECT "+strings.Join(s.names, ", ")+" FROM "+e.Table()+" WHERE "+idIn(db.Dialect), idList(db.Dialect, ids)).Rows()
	if err != nil {
		return fmt.Errorf("compare with the stored %s: %w", e.Plural, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.difference(rows, waiting); err != nil {
			return fmt.Errorf("compare with the stored %s: %w", e.Plural, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("compare with the stored %s: %w", e.Plural, err)
	}
	for _, r := range s.batch {
		if err := s.changed.write(r.cells); err != nil {
			return err
		}
	}
	s.batch = s.batch[:0]
	return nil
}

// difference notes the fields in which one stored row differs.
func (s *stage) difference(rows *sql.Rows, waiting map[uint32]staged) error {
	old, err := rowText(rows, len(s.names))
	if err != nil {
		return err
	}
	id := number(old[0])
	now := waiting[id].cells
	for i, f := range contents(s.layout.entity) {
		s.diff(id, f, old[5+i], now[5+i])
	}
	s.refeed(id, old, now)
	if s.layout.entity.Metadata {
		last := len(s.names) - 1
		s.diffBag(id, string(catalog.Metadata), old[last], now[last])
	}
	return nil
}

func (s *stage) diff(id uint32, f catalog.Field, old, now string) {
	switch {
	case f.Kind == catalog.Identifiers:
		s.diffBag(id, f.Name, old, now)
	case old == now:
	case f.Kind.Refers():
		s.imp.pairsOf(s.layout.entity.Plural).addMoved(f.Name, id, old, now)
	case f.Kind.Form().Spared(old, now):
		s.changes.add(f.Name+spared+string(f.Kind.Form()), id)
	default:
		s.changes.add(f.Name, id)
	}
	if f.Kind == catalog.Text && (old == "") != (now == "") {
		s.changes.add(f.Name+presence, id)
	}
}

// diffBag notes the members of a bag that differ, each by bag.member.
func (s *stage) diffBag(id uint32, bag, old, now string) {
	before, after := decodeBag(old), decodeBag(now)
	for member, value := range before {
		if after[member] != value {
			s.changes.add(bag+"."+member, id)
		}
	}
	for member := range after {
		if _, had := before[member]; !had {
			s.changes.add(bag+"."+member, id)
		}
	}
}

// decodeBag reads a stored bag into the JSON of its members, each in one form
// whatever a database made of it.
func decodeBag(text string) map[string]string {
	var members map[string]any
	if text == "" || json.Unmarshal([]byte(text), &members) != nil {
		return nil
	}
	plain := make(map[string]string, len(members))
	for name, value := range members {
		plain[name] = jsonText(value)
	}
	return plain
}
