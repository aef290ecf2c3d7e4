package roster_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
	"pgregory.net/rapid"
)

// What a reader notices once more, as plainly as it can be said: everything that
// it sees of every record is written out before an import and behind it, and what
// reads differently was noticed.

// page is what a reader sees, by "users user-1".
type page map[string]string

// read writes out what the rules of the closure and a reader's names leave.
func (w world) read(scope view.Scope, shows map[string]notice.Names) page {
	in, p := w.reach(scope), page{}
	for entity, names := range shows {
		e, _ := catalog.Find(entity)
		for id := range in[entity] {
			for _, name := range names {
				p[entity+" "+id] += name + ":" + w.cellOf(in, e, id, name) + "\n"
			}
		}
	}
	return p
}

// cell is what a name shows of a record.
func (w world) cellOf(in insiders, e catalog.Entity, id, name string) string {
	bare := strings.FieldsFunc(name, func(r rune) bool { return r == '=' || r == '!' })[0]
	f, _ := e.Field(bare)
	if f.Kind.Refers() {
		targets := w.targets(in, e, f, id)
		if f.Through != nil { // their order is theirs
			targets = slices.Compact(slices.Sorted(slices.Values(targets)))
		}
		return strings.Join(targets, ",")
	}
	text := w[e.Plural][id].text[bare]
	switch {
	case text == "":
		return ""
	case strings.HasSuffix(name, "=initial"):
		return text[:1]
	case strings.HasSuffix(name, "=year"):
		return text[:4]
	case strings.HasSuffix(name, "!constant"):
		return "withheld"
	}
	return text
}

// differences are the records that read differently, as a watcher names them.
func (p page) differences(now page) []string {
	found := []string{}
	for record, text := range now {
		if was, there := p[record]; !there || was != text {
			found = append(found, record)
		}
	}
	for record := range p {
		if _, there := now[record]; !there {
			found = append(found, "-"+record)
		}
	}
	slices.Sort(found)
	return found
}

// telling is a world told in several packages, and those who watch it.
type telling struct {
	packages []drafts
	scopes   []view.Scope
	shows    []map[string]notice.Names
}

func drawTelling(t *rapid.T) telling {
	var d telling
	for n := range rapid.IntRange(2, 4).Draw(t, "packages") {
		if n == 0 {
			d.packages = append(d.packages, drawPackage(t))
			continue
		}
		d.packages = append(d.packages, drawNext(t, n, d.packages[n-1]))
	}
	for n := range 4 {
		d.scopes = append(d.scopes, drawScope(t, n))
		d.shows = append(d.shows, drawShows(t, n))
	}
	d.scopes[0] = everybody()
	return d
}

// drawNext draws a package that is like the one before but for some cells.
func drawNext(t *rapid.T, n int, before drafts) drafts {
	if rapid.IntRange(0, 3).Draw(t, fmt.Sprint("all of package ", n)) == 0 {
		return drawPackage(t)
	}
	p := drafts{}
	for _, e := range catalog.Tables(catalog.V11) {
		rows, there := before[e.Plural]
		if !there {
			continue
		}
		p[e.Plural] = slices.Clone(rows)
		for i, row := range rows {
			label := fmt.Sprint(n, " ", row.id)
			if rapid.IntRange(0, 3).Draw(t, label) > 0 {
				continue
			}
			again := row
			again.text, again.refs = maps.Clone(row.text), maps.Clone(row.refs)
			f := rapid.SampledFrom(e.Stored(catalog.V11)[3:]).Draw(t, label+" field")
			delete(again.refs, f.Name)
			if ids := row.refs[f.Name]; len(ids) > 1 && rapid.Bool().Draw(t, label+" reordered") {
				again.refs[f.Name] = rapid.Permutation(ids).Draw(t, label+" order")
			} else {
				again.drawCell(t, e, f, number(row.id))
			}
			p[e.Plural][i] = again
		}
	}
	return p
}

// number is what the sourcedId of a drawn record counts.
func number(id string) (n int) {
	// Every drawn sourcedId ends so.
	_, _ = fmt.Sscan(id[strings.LastIndex(id, "-")+1:], &n)
	return n
}

// drawShows draws who sees what of which fields.
func drawShows(t *rapid.T, n int) map[string]notice.Names {
	shows := map[string]notice.Names{}
	for _, e := range catalog.Tables(catalog.V11) {
		if !e.Served {
			continue
		}
		names := notice.Names{}
		for _, f := range e.In(catalog.V11) {
			forms := []string{f.Name}
			switch f.Kind {
			case catalog.Timestamp, catalog.Identifiers:
				continue
			case catalog.Text:
				forms = []string{f.Name, "", f.Name + "=initial", f.Name + "=pseudonym", f.Name + "!constant"}
			case catalog.Date:
				forms = []string{f.Name, "", f.Name + "=year"}
			case catalog.References:
				forms = []string{f.Name, ""}
			}
			if form := rapid.SampledFrom(forms).Draw(t, fmt.Sprint(n, " sees ", e.Plural, ".", f.Name)); form != "" {
				names = append(names, form)
			}
		}
		slices.Sort(names)
		shows[e.Plural] = names
	}
	return shows
}

// check has the watchers look after every package.
func (d telling) check(t testing.TB, s dbtest.Store, reader string) {
	t.Helper()
	reset(t, s.DB)
	r, w := opened(s, time.Now), world{}
	var watchers []*watcher
	pages := make([]page, len(d.scopes))
	for round, p := range d.packages {
		restore(t, r, p.parcel())
		w.take(p)
		for n, scope := range d.scopes {
			now := w.read(scope, d.shows[n])
			if round == 0 {
				watchers = append(watchers, &watcher{s: s, r: r, name: fmt.Sprint(reader, n), scope: scope, shows: d.shows[n]})
				watchers[n].look(t)
			} else if got, want := watchers[n].look(t), pages[n].differences(now); !slices.Equal(got, want) {
				t.Fatalf("package %d, in %+v of %v:\nnoticed %q\ninstead %q", round, scope, d.shows[n], got, want)
			}
			pages[n] = now
		}
	}
}

func TestAReaderNoticesExactlyWhatReadsDifferently(t *testing.T) {
	s, draws := dbtest.New(t, database.SQLite), 0
	rapid.Check(t, func(rt *rapid.T) {
		draws++
		drawTelling(rt).check(failing{t, rt}, s, fmt.Sprint(draws, "/"))
	})
}

// The database must not matter, so a few worlds are enough.
func TestAReaderNoticesExactlyWhatReadsDifferentlyOnPostgreSQL(t *testing.T) {
	s := dbtest.New(t, database.Postgres)
	for seed := range 8 {
		rapid.Custom(drawTelling).Example(seed).check(t, s, fmt.Sprint(seed, "/"))
	}
}
