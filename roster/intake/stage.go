package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/codec"
	"github.com/rostergate/rostergate/roster/history"
)

// mapping is part of every hash: a new way to store a row makes every row
// differ.
const mapping = "1"

// stage is the second walk through a file: what differs from the stored roster
// goes to files on disk, in the form that the database copies from.
type stage struct {
	survey
	inspection     *inspection
	fresh, changed *spool
	stored         int64           // rows of them, and rows that are gone
	changes        history.ByField // by field
	feeds          []feed
	filled         []int64          // per metadata key
	elements       []string         // of CEDS, per metadata key
	typed          map[string]int64 // user IDs per type
	outside        uncoded          // values that are no codes
	equal          *equals          // columns that tell the same
	batch          []staged         // changed rows that wait for a look at their stored versions
	names          []string         // of the columns
	cells          []string         // of the row at hand
	hashed         []byte           // of the row at hand
}

func newStage(s survey) *stage {
	st := &stage{survey: s, changes: history.ByField{}, filled: make([]int64, len(s.layout.Keys)), typed: map[string]int64{}, outside: newUncoded(s.layout.Entity), names: roster.Columns(s.layout.Entity), feeds: feeds(s.layout.Entity)}
	for _, key := range s.layout.Keys {
		st.elements = append(st.elements, elementOf(s.layout.Entity.Plural, key))
	}
	return st
}

// staged is a changed row with its cells as columns lists them.
type staged struct {
	id    uint32
	cells []string
}

// batchSize is how many stored rows are read at once to be compared.
const batchSize = 500

// spool is a CSV file of rows to be written, outside the database until all of
// them are known.
type spool struct {
	file *os.File
	out  *csv.Writer
	rows int
}

func newSpool(dir, name string) (*spool, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStaging, err)
	}
	// A file without a name is gone with its process, however that ends. Where a
	// system keeps the name of an open file, the folder's removal takes it.
	_ = os.Remove(f.Name())
	return &spool{file: f, out: csv.NewWriter(f)}, nil
}

func (s *spool) write(cells []string) error {
	s.rows++
	if err := s.out.Write(cells); err != nil {
		return fmt.Errorf("%w: %w", errStaging, err)
	}
	return nil
}

// close lets go of the rows. A spool that was never opened is nil.
func (s *spool) close() {
	if s != nil {
		_ = s.file.Close()
	}
}

// rewind ends the writing and goes back to the start.
func (s *spool) rewind() error {
	s.out.Flush()
	if err := s.out.Error(); err != nil {
		return fmt.Errorf("%w: %w", errStaging, err)
	}
	_, err := s.file.Seek(0, 0)
	return err
}

// row stages one accepted row, unless it equals what is stored.
func (s *stage) row(line int, cells []string) error {
	id := strings.TrimSpace(cells[s.layout.Fields[0].At])
	stored := s.index.entries[id]
	built := s.build(line, id, cells)
	s.inspection.row(line, stored.id, cells, built)
	s.outside.row(s.imp.known.codes, built)
	s.equal.row(built)
	hash := s.hash(built)
	built[0], built[1] = strconv.FormatUint(uint64(stored.id), 10), `\x`+hex.EncodeToString(hash[:])
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
		return s.compareLater(stored.id, built)
	}
	if !stored.stored {
		return s.fresh.write(built)
	}
	return s.changed.write(built)
}

// build puts a row's stored form together, in the order of columns; the empty
// string is no value. Id and hash come later.
func (s *stage) build(line int, id string, cells []string) []string {
	built := append(s.cells[:0], "", "", id, "active", string(s.imp.at))
	for _, f := range s.layout.Fields[3:] {
		if f.Class == catalog.Credential {
			continue
		}
		value := ""
		if f.At >= 0 {
			value, _, _ = bundle.Clean(f.Field, cells[f.At])
		}
		if value != "" && f.Kind.Refers() {
			value = s.link(line, f.Field, id, value)
		}
		if f.Kind == catalog.Identifiers {
			value = s.identifiers(value)
		}
		built = append(built, value)
	}
	if s.layout.Entity.Metadata {
		built = append(built, s.metadata(line, cells))
	}
	s.cells = built
	return built
}

// link turns the sourcedIds in a cell into ids.
func (s *stage) link(line int, f catalog.Field, own, text string) string {
	var ids []string
	for _, sourcedID := range references(f, text) {
		id, ok := s.imp.indexes[f.Target].resolve(sourcedID)
		switch {
		case f.Target != s.layout.Entity.Plural || ok && sourcedID != own:
		case !ok:
			s.note(bundle.Warning, line, f.Header(), "the value"+bundle.Unresolved+f.Target+".csv")
		default:
			s.note(bundle.Warning, line, f.Header(), bundle.OwnReference)
			ok = false
		}
		if word := strconv.FormatUint(uint64(id), 10); ok && !slices.Contains(ids, word) {
			ids = append(ids, word)
		}
	}
	return strings.Join(ids, ",")
}

// metadata is the bag of a row's keys, as JSON, and counts them.
func (s *stage) metadata(line int, cells []string) string {
	var b bytes.Buffer
	for i, key := range s.layout.Keys {
		value := strings.TrimSpace(cells[s.layout.KeysAt[i]])
		if value == "" || strings.ContainsFunc(value, unicode.IsControl) {
			continue
		}
		s.filled[i]++
		s.equal.key(i, value)
		if element := s.elements[i]; element != "" && !s.imp.known.codes.Has(element, value) {
			s.outside.records[string(catalog.Metadata)+"."+key]++
			s.inspection.warn(line, "metadata."+key, "the value is none of the CEDS codes", "Use a code of the CEDS element "+element+".")
		}
		sep := byte(',')
		if b.Len() == 0 {
			sep = '{'
		}
		b.WriteByte(sep)
		b.WriteString(codec.JSON(key))
		b.WriteByte(':')
		b.WriteString(codec.JSON(value))
	}
	if b.Len() == 0 {
		return ""
	}
	b.WriteByte('}')
	return b.String()
}

// identifiers is the bag of a row's user IDs, and counts them by type.
func (s *stage) identifiers(value string) string {
	if len(s.types) > maxTypes {
		value = untyped(value)
	}
	for kind, ids := range codec.Bag(value) {
		s.typed[kind]++
		s.equal.typed(kind, ids)
	}
	return value
}

// hash is over everything that is stored of a row but its id and its date, with
// the names of the fields, so that a change of the header shows.
func (s *stage) hash(built []string) digest {
	text := append(s.hashed[:0], mapping...)
	for i, cell := range built {
		if i < 2 || i == 4 || cell == "" {
			continue
		}
		text = append(append(text, s.names[i]...), ':')
		text = append(strconv.AppendInt(text, int64(len(cell)), 10), ':')
		text = append(text, cell...)
	}
	s.hashed = text
	sum := sha256.Sum256(text)
	return digest(sum[:16])
}

// compareLater keeps a changed row until its stored version is read.
func (s *stage) compareLater(id uint32, cells []string) error {
	s.batch = append(s.batch, staged{id: id, cells: slices.Clone(cells)})
	if len(s.batch) < batchSize {
		return nil
	}
	return s.compare()
}
