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
	"github.com/rostergate/rostergate/roster/feeds"
	"github.com/rostergate/rostergate/roster/history"
	"github.com/rostergate/rostergate/roster/holds"
	"github.com/rostergate/rostergate/roster/sanity"
	"github.com/rostergate/rostergate/roster/spool"
	"github.com/rostergate/rostergate/roster/stored"
)

// mapping is part of every hash: a new way to store a row makes every row
// differ.
const mapping = "1"

// stage is the second walk, through the rows that the first one took: what differs
// from the stored roster goes to files on disk, as it is to be stored.
type stage struct {
	*judged
	notes
	table    stored.Table
	known    *checks.Known
	turnover history.Turnover
	date     string // of the rows

	inspection     *checks.Inspection
	fresh, changed *spool.Spool
	changes        history.ByField // by field
	feeds          feeds.Feeds
	bags           *bags
	outside        checks.Uncoded // values that are no codes
	wholes         []*whole
	lines          map[uint32]uint32 // of the rows, by id, where it is told of them
	placed         *roaring.Bitmap   // records that the package has a row of, which is taken
	retaken        *roaring.Bitmap   // records that stay and become another
	equal          *alike.Columns    // columns that tell the same
	sound          *sanity.Gathering
	noting         sanity.Noting // what it gathers of the entity
	batch          []staged      // changed rows that wait for a look at their stored versions
	parts          []spool.Row   // rows of a delta that wait for theirs
	former         *former       // of users
	nesting        nesting
	book           *book // of roles
	roles          rolePlaces
	lost           holds.Losses
	removed        map[string]*roaring.Bitmap
	cause          func(entity string, id uint32) int // for which a record of these is gone
	cells          []string                           // of the row at hand: as roster.Columns lists them
	hashed         []byte                             // of the row at hand
	headings       []string                           // of the columns, as hashes have them
	contents       []catalog.Field
}

// newStage prepares the second walk through what was judged.
func (imp *importing) newStage(j *judged, stored stored.Table) *stage {
	e := j.layout.Entity
	kinds, keys := imp.members(j)
	s := &stage{
		judged: j, notes: notes{e.File(), imp.report}, table: stored, known: imp.known, turnover: imp.Turnover, date: string(imp.date),
		sound: imp.sound, noting: imp.sound.Of(e), wholes: newWholes(e), placed: roaring.New(), retaken: roaring.New(),
		changes: history.ByField{}, lost: holds.Losses{}, removed: imp.removed, cause: imp.cause, outside: checks.NewUncoded(e), feeds: feeds.Of(e), contents: roster.Contents(e),
	}
	for _, name := range stored.Names {
		s.headings = append(s.headings, name+":")
	}
	if j.index.keeps() {
		s.sound.Partly(e)
	}
	s.inspection = checks.Inspect(e, int(j.index.last)+1, s.known, s.warn)
	s.equal = columnsAlike(j, kinds, keys)
	s.bags = newBags(j.layout, keys, len(j.types) > maxTypes, j.index.keeps(), s.equal)
	return s
}

// staged is a changed row with its cells as roster.Columns lists them.
type staged struct {
	id    uint32
	cells []string
}

// stageRows is the second walk. It tells how many rows it has seen.
func (s *stage) stageRows(ctx context.Context, tell func(done int) error) error {
	in, err := s.rows.Reread()
	if err != nil {
		return err
	}
	seen := 0
	err = spool.Ahead(in.Next, spool.Row.Keep, func(r spool.Row) error {
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
	s.rows.Close()
	s.again.close()
	for _, step := range []func(context.Context) error{s.complete, s.renewRest, s.rest} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	s.inspection.Finish()
	if err := s.countStanding(ctx); err != nil {
		return err
	}
	return s.compare(ctx)
}

// row stages one accepted row, unless it equals what is stored. One of a delta waits for
// its stored version.
func (s *stage) row(ctx context.Context, r spool.Row) error {
	built := s.build(r)
	s.tellClashes(int(r.Line), s.index.records[r.Place].id, r.Cells)
	if s.index.partial {
		return s.completeLater(ctx, spool.Row{Place: r.Place, Line: r.Line, Cells: slices.Clone(built)})
	}
	return s.put(ctx, r.Place, int(r.Line), built)
}

// put stages a row as it is to be stored.
func (s *stage) put(ctx context.Context, place uint32, line int, built []string) error {
	stored := s.index.records[place]
	renewed := stored.live && s.renewedBy(stored.id)
	s.placed.Add(stored.id)
	if s.former != nil {
		s.former.settle(stored.id, built, func(flaw cell.Flaw) { s.warn(line, "", flaw) })
	}
	s.look(line, stored.id, built)
	hash := s.hash(built)
	built[1] = string(hash[:])
	switch {
	case !stored.live: // it comes, or comes back
		s.counts.New++
		s.changes.Add("", stored.id)
		s.feeds.Come(stored.id, built)
		s.nesting.renew(built)
	case stored.hash == hash && !renewed:
		s.counts.Unchanged++
		return nil
	default:
		s.counts.Changed++
		s.retaken.Add(stored.id)
		return s.compareLater(ctx, stored.id, built)
	}
	if !stored.stored {
		return s.fresh.Write(spool.Row{Place: stored.id, Cells: built})
	}
	return s.changed.Write(spool.Row{Place: stored.id, Cells: built})
}

// look takes notes of a row as it is to be stored.
func (s *stage) look(line int, id uint32, built []string) {
	if s.book != nil {
		s.book.note(line, id, built, s.roles)
	}
	s.inspection.Row(line, id, built)
	s.noting(id, built)
	if s.index.keeps() {
		s.count(id, built)
	} else {
		s.outside.Row(s.known.Codes, built)
		s.equal.Row(built)
	}
	s.keepWhole(built)
	if s.lines != nil {
		s.lines[id] = uint32(line)
	}
}

// build puts a row's stored form together, in the order of roster.Columns; the empty
// string is no value. Id and hash come later.
func (s *stage) build(r spool.Row) []string {
	e := s.layout.Entity
	built := append(s.cells[:0], "", "", r.Cells[0], "active", s.date)
	contents := r.Cells[firstContent:]
	for i := range s.contents {
		f, value := &s.contents[i], contents[i]
		switch {
		case value == "" && f.Kind == catalog.Year:
			value = s.years[r.Place]
		case value == "":
		case f.Kind.Refers() && f.Target == e.Plural:
			value = s.link(int(r.Line), *f, r.Cells[0], value)
		case f.Kind == catalog.Identifiers:
			value = s.bags.identifiers(value)
		}
		built = append(built, value)
	}
	if e.Metadata {
		built = append(built, s.metadata(int(r.Line), s.index.records[r.Place].id, contents[len(s.contents):]))
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
		flaw := checks.Strange(s.bags.meanings[i], s.known.Codes, value)
		if !flaw.Found() {
			continue
		}
		key := s.layout.Keys[i]
		if !s.bags.later {
			s.countStrange(id, key, s.bags.meanings[i])
		}
		s.add(bundle.Warning, line, "metadata."+key, flaw)
	}
	return s.bags.metadata(values)
}

// hash is over everything that is stored of a row but its id and its date, with
// the names of the fields, so that a change of the header shows.
func (s *stage) hash(built []string) digest {
	text := append(s.hashed[:0], mapping...)
	for i, cell := range built {
		if i < 2 || i == roster.DateAt || cell == "" {
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
	if len(s.batch) < stored.AtOnce {
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
