package intake

import (
	"context"
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
)

// inMemory is an import of one file, without a database.
func inMemory(codes ceds.Tables, file, text string) *importing {
	return &importing{
		ctx: context.Background(), report: newReport(), known: newKnown(codes), last: map[string]uint32{},
		indexes: map[string]*index{}, removed: map[string]*roaring.Bitmap{}, at: "2025-09-01T00:00:00.000Z",
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
		"", "ana,,,true,oak,student,a,{LDAP:a},Ana,Ruiz,,,a@b.example,,,ben,03,secret,x\nben,,,TRUE,\"oak,elm\",Student,b,1;2,Ben,Cole,,,,,,\"ana,ana\",\"09,\",,\n",
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
		imp.indexes["orgs"] = &index{entries: map[string]entry{"oak": {id: 1, seen: true}, "elm": {id: 2, seen: true}}}
		imp.indexes["users"] = &index{entity: users, entries: map[string]entry{}}
		layouts, err := imp.readHeaders([]catalog.Entity{users})
		if err != nil {
			rejected(t, imp, err)
			return
		}
		s := newStage(newSurvey(imp, layouts["users"], imp.indexes["users"]))
		if err := imp.walk(users, s.judge); err != nil {
			rejected(t, imp, err)
			return
		}
		if err := s.settle(); err != nil {
			t.Fatal(err)
		}
		if c := s.counts; c.Rows != c.Refused+c.Deleted+int(s.accepted.GetCardinality()) {
			t.Errorf("the counts do not add up: %+v and %d accepted", c, s.accepted.GetCardinality())
		}
		s.inspection, s.equal = s.survey.inspection(), newEquals(s.survey, int64(s.accepted.GetCardinality()))
		if err := imp.walk(users, func(row uint32, line int, cells []string) error {
			if s.accepted.Contains(row) {
				inspect(t, s, line, cells)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		s.inspection.finish()
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
func inspect(t *testing.T, s *stage, line int, cells []string) {
	t.Helper()
	id := strings.TrimSpace(cells[s.layout.Fields[0].At])
	known, ok := s.index.entries[id]
	if !ok || known.id == 0 {
		t.Errorf("the record %q has no id", id)
	}
	built := s.build(line, id, cells)
	s.inspection.row(line, known.id, cells, built)
	if len(built) != len(roster.Columns(s.layout.Entity)) {
		t.Errorf("%d cells for %d columns", len(built), len(roster.Columns(s.layout.Entity)))
	}
	for _, cell := range built {
		if !utf8.ValidString(cell) || strings.ContainsFunc(cell, unicode.IsControl) {
			t.Errorf("%q would be stored", cell)
		}
	}
}
