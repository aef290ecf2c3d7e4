package sample

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
)

// digest is that of a row, in a few bytes.
type digest [16]byte

// digestOf is over the cells of a row that have something, by their headers, without those that a delta
// fills in itself.
func digestOf(header, cells []string) digest {
	sum := sha256.New()
	for i, name := range header {
		if i < len(cells) && cells[i] != "" && name != "status" && name != "dateLastModified" {
			fmt.Fprintf(sum, "%q=%q", name, cells[i])
		}
	}
	return digest(sum.Sum(nil)[:16])
}

// since writes what differs of an entity from the earlier package, as rows of a delta; nil
// where nothing does.
func (d District) since(e catalog.Entity, rows func(*table) error) (func(*table) error, error) {
	changes := func(t *table) error {
		old, order, err := d.earlier(e)
		if err != nil {
			return err
		}
		if err := rows(t.changing(old)); err != nil {
			return err
		}
		for _, id := range order {
			if _, gone := old[id]; !gone {
				continue
			}
			if err := t.row("sourcedId", id, "status", "tobedeleted", "dateLastModified", changedAt()); err != nil {
				return err
			}
		}
		return nil
	}
	count, err := fill(io.Discard, e, d.Version, changes)
	if err != nil || count == 0 {
		return nil, err
	}
	return changes, nil
}

// changedAt is when all changes of a delta took place: on the morning of the school year's first day.
func changedAt() string { return fmt.Sprintf("%d-08-18T06:00:00.000Z", endYear-1) }

// changing is a table that writes the rows to t that differ from those of old, which loses all that there are still.
func (t *table) changing(old map[string]digest) *table {
	var header []string
	for name, at := range t.place {
		if at == elsewhere {
			continue
		}
		for len(header) <= at {
			header = append(header, "")
		}
		header[at] = name
	}
	return &table{each: func(cells map[string]string) error {
		row := make([]string, len(header))
		for i, name := range header {
			row[i] = cells[name]
		}
		id := cells["sourcedId"]
		was, known := old[id]
		delete(old, id)
		if known && was == digestOf(t.headings, row) {
			return nil
		}
		pairs := []string{"status", "active", "dateLastModified", changedAt()}
		for name, cell := range cells {
			pairs = append(pairs, name, cell)
		}
		return t.row(pairs...)
	}}
}

// earlier are the rows of an entity in the earlier package, by sourcedId, and their order. A file that it does not
// have has none.
func (d District) earlier(e catalog.Entity) (map[string]digest, []string, error) {
	f, err := os.Open(filepath.Join(d.From, e.File()))
	if errors.Is(err, os.ErrNotExist) {
		return map[string]digest{}, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the earlier package: %w", err)
	}
	defer f.Close()
	in, old := csv.NewReader(f), map[string]digest{}
	var header, order []string
	for {
		row, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return old, order, nil
		case err != nil:
			return nil, nil, fault.New(fault.Invalid, "%s of the earlier package cannot be read as CSV: %s", e.File(), err)
		case header == nil:
			header = row
		default:
			id := strings.Clone(row[0])
			old[id], order = digestOf(header, row), append(order, id)
		}
	}
}
