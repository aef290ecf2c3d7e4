package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/rostertest"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/secret"
)

// onlooker is who looks at a small district: what a projection is made of besides the
// plan of an entity.
func onlooker(f *testing.F) (*Gateway, sight) {
	f.Helper()
	s := dbtest.New(f, database.SQLite)
	dir := f.TempDir()
	if err := (sample.District{Students: 12}).WriteDir(dir); err != nil {
		f.Fatal(err)
	}
	rost := rostertest.Open(s.DB, s.Ledger, time.Now)
	if _, err := rost.Import(context.Background(), dir, intake.Options{}); err != nil {
		f.Fatal(err)
	}
	snapshot, err := rost.Snapshot(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	key, err := secret.New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	scope := ScopeOf(policy.Everyone(), "", policy.OptOuts{})
	scope.Guardians = false // so that some people are out of view
	sees := sighted(identity{Caller: apps.Caller{App: "fuzz"}}, &policy.Plan{App: "fuzz"}, snapshot.View(scope))
	sees.horizon, err = rost.Horizon(context.Background(), sees.noticed())
	if err != nil {
		f.Fatal(err)
	}
	return &Gateway{Config: Config{Key: key, PublicURL: "https://x.example"}}, sees
}

// source is what a fuzzer gives, taken piece by piece.
type source struct{ pieces []string }

func newSource(text string) *source {
	return &source{strings.Split(strings.ToValidUTF8(text, "\ufffd"), "|")}
}

func (s *source) next() string {
	if len(s.pieces) == 0 {
		return ""
	}
	piece := s.pieces[0]
	s.pieces = s.pieces[1:]
	return piece
}

// list is a list as an import keeps it, and its items.
func (s *source) list() (stored []byte, items []string) {
	if items = strings.Fields(s.next()); len(items) == 0 {
		return nil, nil
	}
	stored, _ = json.Marshal(items) // strings always encode
	return stored, items
}

// cell is a value as an import keeps a field of the kind, nil for none.
func (s *source) cell(k catalog.Kind) []byte {
	switch k {
	case catalog.List, catalog.Tokens:
		stored, _ := s.list()
		return stored
	case catalog.Reference, catalog.References:
		var ids []string
		for _, r := range s.next() {
			ids = append(ids, strconv.Itoa(int(r)%300))
		}
		if k == catalog.Reference && len(ids) > 1 {
			ids = ids[:1]
		}
		if len(ids) == 0 {
			return nil
		}
		return []byte(strings.Join(ids, ","))
	}
	if text := s.next(); text != "" {
		return []byte(text)
	}
	return nil
}
