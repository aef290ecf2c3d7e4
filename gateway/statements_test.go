package gateway_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
)

// sentence is a recorded statement and its arguments.
type sentence struct{ sql, args string }

// statements are what the store ran since it was last asked, as far as they
// touch a table of the roster.
func statements(d *gatewaytest.District) []sentence {
	var touching []sentence
	for _, recorded := range d.Store.Trace.Take() {
		sql, args, _ := strings.Cut(recorded, " -- ")
		s := sentence{strings.ReplaceAll(sql, revision.Table(d.Store.DB.Dialect), "numbers"), args}
		if len(s.tables()) > 0 {
			touching = append(touching, s)
		}
	}
	return touching
}

var table = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)`)

// tables are the roster's entities whose tables a statement goes to.
func (s sentence) tables() []catalog.Entity {
	var named []catalog.Entity
	for _, found := range table.FindAllStringSubmatch(s.sql, -1) {
		for _, e := range catalog.Tables(catalog.V11) {
			if e.Table() == found[1] {
				named = append(named, e)
			}
		}
	}
	return named
}

// names reports whether a statement has the name as a word of its own.
func names(sql, name string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(sql)
}

func TestNoStatementSelectsWhatThePlanDoesNotHave(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		members, err := roster.Keys(d.DB.Read)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range vendors() {
			c := d.As(v.app)
			all := everything(c, v)
			for _, r := range catalog.Routes(catalog.V11) {
				if !v.opens(r) {
					continue
				}
				for _, call := range thin(all.calls(r), 2) {
					d.Store.Trace.Take()
					want(t, c.Get(call.path), 200)
					ran := statements(d)
					for _, s := range ran {
						v.checkStatement(t, s, members)
					}
					if len(ran) == 0 {
						t.Errorf("%s: no statement was recorded", call.path)
					}
				}
			}
		}
	})
}

// checkStatement wants nothing in a statement that the vendor is not given.
func (v vendor) checkStatement(t *testing.T, s sentence, members []roster.Key) {
	t.Helper()
	for _, e := range s.tables() {
		given := v.entities[e.Plural]
		if given == nil {
			t.Fatalf("%s reads %s: %s", v.app, e.Plural, s.sql)
		}
		for _, f := range e.Stored(catalog.V11) {
			if names(s.sql, f.Column()) && !slices.Contains(given.members, f.Name) {
				t.Errorf("%s reads %s.%s: %s", v.app, e.Plural, f.Name, s.sql)
			}
		}
		if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(s.sql, "s.*", ""), "r.*", ""), "*") {
			t.Errorf("%s reads all columns of %s: %s", v.app, e.Plural, s.sql)
		}
		v.checkMembers(t, s, e, members)
	}
}

// checkMembers wants of the bags those members only that the vendor is given.
func (v vendor) checkMembers(t *testing.T, s sentence, e catalog.Entity, members []roster.Key) {
	t.Helper()
	given := v.entities[e.Plural]
	for column, names := range map[string][]string{"metadata": given.keys, "user_ids": given.types} {
		read, whole := strings.Count(s.sql, column+" ->"), strings.Count(s.sql, column)
		if read != whole || read > len(names) {
			t.Errorf("%s reads %s of %s %d times, %d of them by member: %s", v.app, column, e.Plural, whole, read, s.sql)
		}
	}
	for _, m := range members {
		allowed := slices.Contains(append(slices.Clone(given.keys), given.types...), m.Name)
		if names(s.args, m.Name) && !allowed {
			t.Errorf("%s reads the member %s of %s: %s", v.app, m.Name, e.Plural, s.args)
		}
	}
}

func TestARefusedRequestReadsNothingOfTheRoster(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		clients := map[string]*gatewaytest.Client{"": d.Bearer("bogus")}
		for _, v := range vendors() {
			clients[v.app] = d.As(v.app)
			want(t, clients[v.app].Get("/orgs"), 200)
		}
		requests := turnedAway()
		for _, v := range vendors() {
			for _, e := range served() {
				if v.entities[e.Plural] == nil {
					add := requests[0]
					add.app, add.path, add.status = v.app, "/"+e.Plural+"/"+"somebody", http.StatusForbidden
					requests = append(requests, add)
				}
			}
		}
		for _, away := range requests {
			if away.status == http.StatusNotFound && !strings.HasPrefix(away.path, "/nothing") {
				continue // an id is looked up
			}
			d.Store.Trace.Take()
			want(t, clients[away.app].Get(away.path), away.status)
			if ran := statements(d); len(ran) > 0 {
				t.Errorf("%s %s ran %s", away.app, away.path, fmt.Sprint(ran))
			}
		}
	})
}
