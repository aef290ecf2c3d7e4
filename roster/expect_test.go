package roster_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/intake"
)

// balanced checks what is true of every report.
func (s *story) balanced(r *intake.Report) {
	s.Helper()
	for _, c := range r.Files {
		if c.Rows != c.New+c.Changed+c.Unchanged+c.Joined+c.Ignored+c.Deleted+c.Refused {
			s.Errorf("the counts do not add up: %+v", c)
		}
		file := c.Entity + ".csv"
		ignored := slices.ContainsFunc(r.Problems, func(p bundle.Problem) bool {
			return p.File == file && p.Problem == "the file is there and declared absent, so it was ignored"
		})
		if rows := rowsOf(s, s.parcel, file); !(ignored && c.Rows == 0) && (c.Rows != rows || c.Ignored != skipped(r, file)) {
			s.Errorf("of %d rows the report counts %+v", rows, c)
		}
	}
	if waits := len(r.Holds) > 0; waits != (r.Verdict == intake.Held) && r.Verdict != intake.Rejected {
		s.Errorf("a package that is %s waits for %q", r.Verdict, r.Holds)
	}
	for _, p := range r.Problems {
		if p.Problem == "" || (p.Remedy == "") != (p.Because > 0) {
			s.Errorf("a problem or its remedy is not told: %+v", p)
		}
	}
}

// summary writes a report as stories do, as far as want asks for counts.
func summary(r *intake.Report, want []string, before, after revision.Stamp) []string {
	all := []string{"verdict " + string(r.Verdict)}
	for _, c := range r.Files {
		if slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(w, c.Entity+" ") || w == c.Entity }) {
			all = append(all, counts(c))
		}
	}
	if r.PasswordsDropped > 0 {
		all = append(all, fmt.Sprint("passwords ", r.PasswordsDropped))
	}
	if before.Permission != after.Permission {
		all = append(all, "permission moves")
	}
	for _, key := range r.NewKeys {
		all = append(all, "new-key "+key)
	}
	for _, key := range r.VanishedKeys {
		all = append(all, "vanished-key "+key)
	}
	for _, hold := range slices.Concat(r.Holds, r.AcceptedHolds) {
		all = append(all, "hold "+hold)
	}
	for _, p := range r.Problems {
		all = append(all, problem(p))
	}
	return all
}

func counts(c intake.Counts) string {
	text := c.Entity
	for _, n := range []struct {
		name string
		n    int
	}{{"new", c.New}, {"changed", c.Changed}, {"unchanged", c.Unchanged}, {"joined", c.Joined}, {"refused", c.Refused}, {"deleted", c.Deleted}, {"never-stored", c.NeverStored}, {"ignored", c.Ignored}, {"removed", c.Removed}} {
		if n.n > 0 {
			text += fmt.Sprintf(" %s=%d", n.name, n.n)
		}
	}
	return text
}

// falls writes what falls with each cause of a report.
func falls(r *intake.Report) []string {
	var all []string
	for _, c := range r.Causes {
		for _, f := range c.Falls {
			text := strings.TrimSpace(c.File+" "+c.Column) + ": " + f.File
			for _, n := range []struct {
				name string
				n    int
			}{{"refused", f.Refused}, {"removed", f.Removed}, {"dropped", f.Dropped}, {"gone", f.Gone}, {"freed", f.Freed}} {
				if n.n > 0 {
					text += fmt.Sprintf(" %s=%d", n.name, n.n)
				}
			}
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

func problem(p bundle.Problem) string {
	place := p.File
	if filepath.IsAbs(place) {
		place = "package"
	}
	if p.Line > 0 {
		place += fmt.Sprint(":", p.Line)
	}
	if p.Other > 0 {
		place += fmt.Sprint("+", p.Other)
	}
	if p.Column != "" {
		place += " " + p.Column
	}
	return fmt.Sprintf("%s %s: %s", p.Severity, place, p.Problem)
}

// stored compares what the database holds.
func (s *story) stored(want []string) {
	s.Helper()
	c := take(s, s.db)
	for _, line := range want {
		words := strings.SplitN(line, " ", 3)
		entity, sourcedID, rest := words[0], words[1], words[2]
		if want, isStatus := strings.CutPrefix(rest, "is "); isStatus {
			if got := status(c, entity, sourcedID); got != want {
				s.Errorf("%s %s is %s, not %s", entity, sourcedID, got, want)
			}
			continue
		}
		name, want, told := strings.Cut(rest, " =")
		if !told {
			s.Fatalf("stored: cannot read %q", line)
		}
		if got := cellOf(s, c, entity, sourcedID, name); got != strings.TrimPrefix(want, " ") {
			s.Errorf("%s %s %s is %q, not%s", entity, sourcedID, name, got, want)
		}
	}
}

func status(c census, entity, sourcedID string) string {
	if row, ok := c.records[entity+" "+sourcedID]; ok {
		return row["status"]
	}
	return "nobody"
}

// cell is what is stored in a field of a record, or in "metadata.x" or
// "userIds.X".
func cellOf(t testing.TB, c census, entity, sourcedID, name string) string {
	t.Helper()
	row, ok := c.records[entity+" "+sourcedID]
	e, known := catalog.Find(entity)
	if !ok || !known {
		t.Fatalf("no %s %s is stored", entity, sourcedID)
	}
	column, member, isMember := strings.Cut(name, ".")
	f, _ := e.Field(column)
	switch {
	case isMember:
		var bag map[string]any
		if text := row[strings.ReplaceAll(column, "userIds", "user_ids")]; text != "" {
			if err := json.Unmarshal([]byte(text), &bag); err != nil {
				t.Fatal(err)
			}
		}
		if list, isList := bag[member].([]any); isList {
			return fmt.Sprint(list)
		}
		text, _ := bag[member].(string)
		return text
	case f.Kind.Refers():
		return strings.Join(names(c, f.Target, row[f.Column()]), ",")
	}
	return row[f.Column()]
}

// names are the sourcedIds of the records whose ids are in a list.
func names(c census, entity, ids string) []string {
	var all []string
	if ids != "" {
		for id := range strings.SplitSeq(ids, ",") {
			all = append(all, c.sourcedID(entity, id))
		}
	}
	return all
}

func (s *story) keys() []string {
	s.Helper()
	var all []string
	for _, k := range keysFor(s, s.db, "") {
		text := fmt.Sprintf("%s.%s.%s gone", k.Entity, k.Bag, k.Name)
		if k.Present {
			text = fmt.Sprintf("%s.%s.%s present in %d", k.Entity, k.Bag, k.Name, k.Filled)
		}
		if k.Accepted {
			text += " accepted"
		}
		for _, app := range []string{"other", "reader"} {
			if slices.ContainsFunc(keysFor(s, s.db, app), func(r roster.Key) bool {
				return r.Reviewed && r.Entity == k.Entity && r.Bag == k.Bag && r.Name == k.Name
			}) {
				text += " reviewed for " + app
			}
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

func keysFor(t testing.TB, db *database.Database, app string) []roster.Key {
	t.Helper()
	keys, err := roster.KeysFor(db.Read, app)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (s *story) review(named []string) {
	s.Helper()
	for _, one := range named {
		app, name, _ := strings.Cut(one, " ")
		words := strings.SplitN(name, ".", 3)
		review(s, s.db.Write, app, roster.Key{Entity: words[0], Bag: catalog.Bag(words[1]), Name: words[2]})
	}
}

// review reviews a key for an app, which it makes where there is none.
func review(t testing.TB, tx *gorm.DB, app string, k roster.Key) (fresh bool) {
	t.Helper()
	err := tx.Exec("INSERT INTO apps (id, name, preset, state, created_at, updated_at) VALUES (?, ?, '', 'enabled', '', '') ON CONFLICT DO NOTHING", app, app).Error
	if err == nil {
		fresh, err = roster.Review{App: app, Entity: k.Entity, Bag: k.Bag, Name: k.Name, ReviewedAt: "2026-08-01T00:00:00.000Z", Actor: "cli:ada"}.Store(tx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}
