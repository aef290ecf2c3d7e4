package intake

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/alike"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/cell"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/sanity"
)

// mapping is part of every hash: a new way to store a row makes every row
// differ.
const mapping = "1"

// stage is the second walk, through the rows that the first one took: what differs
// from the stored roster goes to files on disk, as it is to be stored.
type stage struct {
	*judged
	notes
	table    table
	known    *checks.Known
	turnover history.Turnover
	date     string // of the rows

	inspection     *checks.Inspection
	fresh, changed *spool
	stored         int64           // rows of them, and rows that are gone
	changes        history.ByField // by field
	feeds          []feed
	bags           *bags
	outside        uncoded // values that are no codes
	wholes         []*whole
	lines          map[uint32]uint32 // of the rows, by id, where it is told of them
	retaken        *roaring.Bitmap   // records that stay and become another
	equal          *alike.Columns    // columns that tell the same
	sound          *sanity.Gathering
	noting         sanity.Noting // what it gathers of the entity
	batch          []staged      // changed rows that wait for a look at their stored versions
	cells          []string      // of the row at hand: as roster.Columns lists them
	hashed         []byte        // of the row at hand
	headings       []string      // of the columns, as hashes have them
	contents       []catalog.Field
}

// Where columns stand in a row of roster.Columns: status, dateLastModified and the
// first one behind.
const (
	statusAt  = 3
	dateAt    = 4
	contentAt = 5
)

func newStage(j *judged, stored table, k *checks.Known, sound *sanity.Gathering, turnover history.Turnover, report *Report, date string) *stage {
	e := j.layout.Entity
	s := &stage{
		judged: j, notes: notes{e.File(), report}, table: stored, known: k, turnover: turnover, date: date,
		sound: sound, noting: sound.Of(e), wholes: newWholes(e), retaken: roaring.New(),
		changes: history.ByField{}, outside: newUncoded(e), feeds: feeds(e), contents: roster.Contents(e),
	}
	for _, name := range stored.names {
		s.headings = append(s.headings, name+":")
	}
	s.inspection = checks.Inspect(j.layout.Entity, int(j.index.last)+1, k, s.warn)
	s.equal = columnsAlike(j)
	s.bags = newBags(j.layout, len(j.types) > maxTypes, s.equal)
	return s
}

// staged is a changed row with its cells as roster.Columns lists them.
type staged struct {
	id    uint32
	cells []string
}

// batchSize is how many stored rows are read at once to be compared.
const batchSize = 500

// stageRows is the second walk. It tells how many rows it has seen.
func (s *stage) stageRows(ctx context.Context, tell func(done int) error) error {
	in, err := s.rows.reread()
	if err != nil {
		return err
	}
	seen := 0
	err = ahead(in.next, spooled.keep, func(r spooled) error {
		withdrawn := s.withdrawn[seen]
		if seen++; seen%1024 == 1 {
			if err := tell(seen - 1); err != nil {
				return err
			}
		}
		if withdrawn {
			return s.refuseRepeats(r)
		}
		if r, err = s.join(r); err != nil {
			return err
		}
		return s.row(ctx, r)
	})
	if err != nil {
		return err
	}
	return tell(seen)
}

// finish ends the second walk.
func (s *stage) finish(ctx context.Context) error {
	s.rows.close()
	s.again.close()
	s.inspection.Finish()
	if err := s.countStanding(ctx); err != nil {
		return err
	}
	return s.compare(ctx)
}

// row stages one accepted row, unless it equals what is stored.
func (s *stage) row(ctx context.Context, r spooled) error {
	stored := s.index.records[r.place]
	built := s.build(r)
	s.tellClashes(int(r.line), stored.id, r.cells)
	s.inspection.Row(int(r.line), stored.id, built)
	s.noting(stored.id, built)
	s.outside.row(s.known.Codes, built)
	s.equal.Row(built)
	s.keepWhole(built)
	if s.lines != nil {
		s.lines[stored.id] = r.line
	}
	hash := s.hash(built)
	built[1] = string(hash[:])
	switch {
	case !stored.live: // it comes, or comes back
		s.counts.New++
		s.changes.Add("", stored.id)
		s.feed(stored.id, built)
	case stored.hash == hash:
		s.counts.Unchanged++
		return nil
	default:
		s.counts.Changed++
		s.retaken.Add(stored.id)
		return s.compareLater(ctx, stored.id, built)
	}
	if !stored.stored {
		return s.fresh.write(spooled{place: stored.id, cells: built})
	}
	return s.changed.write(spooled{place: stored.id, cells: built})
}

// build puts a row's stored form together, in the order of roster.Columns; the empty
// string is no value. Id and hash come later.
func (s *stage) build(r spooled) []string {
	e := s.layout.Entity
	built := append(s.cells[:0], "", "", r.cells[0], "active", s.date)
	contents := r.cells[firstContent:]
	for i, f := range s.contents {
		value := contents[i]
		switch {
		case value == "" && f.Kind == catalog.Year:
			value = s.years[r.place]
		case value == "":
		case f.Kind.Refers() && f.Target == e.Plural:
			value = s.link(int(r.line), f, r.cells[0], value)
		case f.Kind == catalog.Identifiers:
			value = s.bags.identifiers(value)
		}
		built = append(built, value)
	}
	if e.Metadata {
		built = append(built, s.metadata(int(r.line), s.index.records[r.place].id, contents[len(s.contents):]))
	}
	s.cells = built
	return built
}

// link turns the sourcedIds in a cell into ids of the same entity.
func (s *stage) link(line int, f catalog.Field, own, text string) string {
	ids := ""
	text = s.separated(line, s.index, f, text)
	for sourcedID := range references(f, text) {
		id, ok := s.index.resolve(sourcedID)
		switch {
		case ok && sourcedID == own:
			s.add(bundle.Warning, line, f.Header(), cell.OwnReference)
		case ok:
			ids = joined(ids, strconv.FormatUint(uint64(id), 10))
		default:
			s.tellLost(line, f, sourcedID)
		}
	}
	return ids
}

// metadata is the bag of a row's keys, as JSON, and counts them.
func (s *stage) metadata(line int, id uint32, values []string) string {
	for i, value := range values {
		if value == "" {
			continue
		}
		flaw := strange(s.bags.meanings[i], s.known.Codes, value)
		if !flaw.Found() {
			continue
		}
		key := s.layout.Keys[i]
		if s.bags.meanings[i].CEDS != "" {
			s.outside.records[string(catalog.Metadata)+"."+key]++
		}
		s.sound.Mark(sanity.KeyName(s.layout.Entity.Plural, key), id)
		s.add(bundle.Warning, line, "metadata."+key, flaw)
	}
	return s.bags.metadata(values)
}

// hash is over everything that is stored of a row but its id and its date, with
// the names of the fields, so that a change of the header shows.
func (s *stage) hash(built []string) digest {
	text := append(s.hashed[:0], mapping...)
	for i, cell := range built {
		if i < 2 || i == dateAt || cell == "" {
			continue
		}
		text = append(text, s.headings[i]...)
		text = append(strconv.AppendInt(text, int64(len(cell)), 10), ':')
		text = append(text, cell...)
	}
	s.hashed = text
	sum := sha256.Sum256(text)
	return digest(sum[:16])
}

// compareLater keeps a changed row until its stored version is read.
func (s *stage) compareLater(ctx context.Context, id uint32, cells []string) error {
	s.batch = append(s.batch, staged{id: id, cells: slices.Clone(cells)})
	if len(s.batch) < batchSize {
		return nil
	}
	return s.compare(ctx)
}

// tellClashes tells of the values of a row that an earlier one has, too.
func (s *stage) tellClashes(line int, id uint32, cells []string) {
	for _, c := range s.values.Clashes(line, cells) {
		s.sound.Mark(sanity.SharedName(s.layout.Entity.Plural, c.Field), id)
		s.report.Add(bundle.Problem{Severity: bundle.Warning, File: s.file, Line: line, Other: c.Line, Column: c.Column, Problem: c.Problem, Remedy: c.Remedy})
	}
}

func (s *stage) warn(line int, column string, flaw cell.Flaw) {
	s.add(bundle.Warning, line, column, flaw)
}
