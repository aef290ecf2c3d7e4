package intake

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/ceds"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/checks"
	"github.com/rostergate/rostergate/roster/sanity"
	"github.com/rostergate/rostergate/roster/spool"
	"github.com/rostergate/rostergate/roster/stored"
)

// inMemory is an import of one file, without a database.
func inMemory(codes ceds.Tables, file, text string) *importing {
	return &importing{
		report: newReport(), known: checks.NewKnown(codes), sound: sanity.NewGathering(), last: map[string]uint32{}, opened: map[string]*openFile{},
		indexes: map[string]*index{}, removed: map[string]*roaring.Bitmap{}, lines: map[string]map[uint32]uint32{}, date: "2025-09-01T00:00:00.000Z",
		bundle: &bundle.Bundle{
			Files: map[string]func() (io.ReadCloser, error){
				file: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
			},
			Sizes: map[string]int64{file: int64(len(text))},
		},
	}
}

const usersHeader = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,metadata.x\n"

// FuzzUsersFile reads any bytes as a file of users, up to what would be stored.
func FuzzUsersFile(f *testing.F) {
	for _, rows := range []string{
		"", "ana,,,true,oak,student,a,{LDAP:a},Ana,Ruiz,,,,,,,03\nana,,,true,elm,student,a,{X:a},Ana,Ruiz,,,,,,,03\nana,,,true,elm,student,b,,Ana,Ruiz,,,,,,,03\nana,tobedeleted\n",
		"ana,,,true,oak,student,a,{LDAP:a},Ana,Ruiz,,,a@b.example,,,ben,03,secret,x\nben,,,TRUE,\"oak,elm\",Student,b,1;2,Ben,Cole,,,,,,\"ana,ana\",\"09,\",,\n",
		"ana,tobedeleted,,true,oak,student\n", "\"a\nb\",,,\n", "\xff,\n", "a,\"b\n", "A,,,1,\",\",student,a,,A,A,,,,,,A,\",\",,\x00\na,,,1,oak,student,a,{,A,A,,,,,,A,,,\n",
	} {
		f.Add(usersHeader + rows)
		f.Add("\ufeff" + strings.ReplaceAll(usersHeader+rows, "\n", "\r\n"))
	}
	f.Add("sourcedid,givenname\n\n,,")
	codes := ceds.Load()
	f.Fuzz(func(t *testing.T, text string) {
		users, _ := catalog.Find("users")
		imp := inMemory(codes, users.File(), text)
		imp.dir = t.TempDir()
		defer imp.cleanUp()
		imp.indexes["orgs"] = &index{fates: fates{}, places: map[string]uint32{"oak": 0, "elm": 1}, records: []record{{id: 1, seen: true}, {id: 2, seen: true}}}
		imp.indexes["users"] = &index{entity: users, places: map[string]uint32{}, fates: fates{}, marked: map[uint64]uint32{}}
		if err := imp.readHeaders([]bundle.Chosen{{Entity: users, Version: catalog.V11}}); err != nil {
			rejected(t, imp, err)
			return
		}
		found, err := imp.survey(t.Context(), imp.opened["users"], imp.indexes["users"], stored.Table{})
		if errors.Is(err, errRejected) {
			rejected(t, imp, err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if c := found.counts; c.Rows != c.Refused+c.Deleted+c.Joined+c.Ignored+found.taken()+len(found.again.at) {
			t.Errorf("the counts do not add up: %+v, %d taken and %d again", c, found.taken(), len(found.again.at))
		}
		s := imp.newStage(found, stored.Of(nil, users))
		rows, err := s.rows.Reread()
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for r, err := rows.Next(); !errors.Is(err, io.EOF); r, err = rows.Next() {
			if err != nil {
				t.Fatal(err)
			}
			inspect(t, s, r)
			read++
		}
		if read != found.taken() {
			t.Errorf("%d of %d rows are read again", read, found.taken())
		}
		if c := found.counts; c.Rows != c.Refused+c.Deleted+c.Joined+found.taken() {
			t.Errorf("the counts do not add up: %+v and %d taken", c, found.taken())
		}
		s.inspection.Finish()
	})
}

// rejected checks that what ends a reading is told in the report.
func rejected(t *testing.T, imp *importing, err error) {
	t.Helper()
	if !errors.Is(err, errRejected) || !imp.report.Has(bundle.Fatal) {
		t.Errorf("%v with %+v", err, imp.report.Causes)
	}
}

// inspect builds an accepted row and checks what of it would be stored.
func inspect(t *testing.T, s *stage, r spool.Row) {
	t.Helper()
	known := s.index.records[r.Place]
	if known.id == 0 || s.index.places[r.Cells[0]] != r.Place {
		t.Errorf("the record %q has no id", r.Cells[0])
	}
	r, err := s.join(r)
	if err != nil {
		t.Fatal(err)
	}
	built := s.build(r)
	s.tellClashes(int(r.Line), known.id, r.Cells)
	s.inspection.Row(int(r.Line), known.id, built)
	if len(built) != len(roster.Columns(s.layout.Entity)) {
		t.Errorf("%d cells for %d columns", len(built), len(roster.Columns(s.layout.Entity)))
	}
	for _, cell := range built {
		if !utf8.ValidString(cell) || strings.ContainsFunc(cell, unicode.IsControl) {
			t.Errorf("%q would be stored", cell)
		}
	}
}
