package gateway_test

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// call is one way to walk a route: its path, and the records that it names.
type call struct {
	route catalog.Route
	path  string
	named []gatewaytest.Record
}

// perRoute is how many calls of a route that names records are tried.
const perRoute = 4

// calls lists ways to walk a route among the records that the app sees.
func (all lists) calls(r catalog.Route) []call {
	calls := []call{{route: r, path: r.Path}}
	for _, segment := range r.Segments() {
		if segment != "{id}" {
			continue
		}
		var further []call
		for _, c := range calls {
			for _, record := range all.nameable(c) {
				further = append(further, call{
					route: r, named: append(slices.Clone(c.named), record),
					path: strings.Replace(c.path, "{id}", url.PathEscape(record.ID()), 1),
				})
			}
		}
		calls = thin(further, perRoute)
	}
	return calls
}

// nameable are the records that may stand at the call's next {id}.
func (all lists) nameable(c call) []gatewaytest.Record {
	plural, only, within := c.route.Entity, c.route.Only, ""
	if !c.route.Single {
		p := c.route.Parents[len(c.named)]
		plural, only, within = p.Entity, p.Only, p.Within
	}
	return slices.DeleteFunc(slices.Clone(all["/"+plural]), func(r gatewaytest.Record) bool {
		return !in(only, r) || within != "" && !slices.Contains(r.Refs(within), c.named[len(c.named)-1].ID())
	})
}

func in(only catalog.Subset, r gatewaytest.Record) bool {
	word, _ := r[only.Field].(string)
	return only.Field == "" || slices.Contains(only.Values, word)
}

// expected are the records of the app's top-level lists that the call should
// answer with.
func (all lists) expected(c call) []gatewaytest.Record {
	if c.route.Single {
		return c.named
	}
	return slices.DeleteFunc(slices.Clone(all["/"+c.route.Entity]), func(r gatewaytest.Record) bool {
		if !in(c.route.Only, r) {
			return true
		}
		for i, p := range c.route.Parents {
			if p.Join != (catalog.Join{}) && !all.joined(p.Join, c.named[i], r) {
				return true
			}
		}
		return false
	})
}

// joined reports whether the record belongs to the named one by a join.
func (all lists) joined(j catalog.Join, named, r gatewaytest.Record) bool {
	switch j.Through {
	case "":
		return slices.Contains(r.Refs(j.Field), named.ID())
	case "classResources", "courseResources": // seen only as the member resources
		return slices.Contains(named.Refs("resources"), r.ID())
	}
	return slices.ContainsFunc(all["/"+j.Through], func(t gatewaytest.Record) bool {
		return slices.Contains(t.Refs(j.Field), named.ID()) && slices.Contains(t.Refs(j.Member), r.ID()) &&
			(j.Role == "" || t["role"] == j.Role)
	})
}

func TestEveryRouteTellsTheSameOfARecordAndListsWhatTheTopLevelListsSay(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, v := range vendors() {
			c := d.As(v.app)
			all := everything(c, v)
			for _, r := range catalog.Routes(catalog.V11) {
				if !v.opens(r) {
					continue
				}
				some := false
				for _, call := range all.calls(r) {
					some = call.check(t, c, all.expected(call)) || some
				}
				if !some {
					t.Errorf("%s: no call of %s answered with a record", v.app, r.Path)
				}
			}
		}
	})
}

// check compares the call's answer with what is expected of it, and reports
// whether that was anything.
func (call call) check(t *testing.T, c *gatewaytest.Client, expected []gatewaytest.Record) bool {
	t.Helper()
	answer := want(t, c.Get(call.path+"?limit=10000"), 200)
	checkEnvelope(t, call.route, answer)
	sameSet(t, call.path, sorted(answer.Records()), sorted(expected))
	known := byID(expected)
	for _, r := range answer.Records() {
		if known[r.ID()] != nil && !reflect.DeepEqual(r, known[r.ID()]) {
			t.Errorf("%s tells another thing of %q than the top-level list:\n%v\n%v", call.path, r.ID(), r, known[r.ID()])
		}
	}
	if !call.route.Single && answer.Header.Get("X-Total-Count") != fmt.Sprint(len(expected)) {
		t.Errorf("%s counts %s records, wanted %d", call.path, answer.Header.Get("X-Total-Count"), len(expected))
	}
	return len(expected) > 0
}

// checkEnvelope wants the one member named after what is returned.
func checkEnvelope(t *testing.T, r catalog.Route, a gatewaytest.Answer) {
	t.Helper()
	e, _ := catalog.Find(r.Entity)
	wanted := e.Plural
	if r.Single {
		wanted = e.Name
	}
	if got := a.Envelope(); got != wanted {
		t.Errorf("%s answers %q, wanted %q", r.Path, got, wanted)
	}
}

func TestARouteThroughAnEntityThatIsNotInTheRowIsForbidden(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, v := range vendors() {
			c := d.As(v.app)
			for _, r := range catalog.Routes(catalog.V11) {
				if v.opens(r) {
					continue
				}
				path := r.Path
				for _, p := range append(slices.Clone(r.Parents), catalog.Parent{Entity: r.Entity}) {
					path = strings.Replace(path, "{id}", url.PathEscape(d.Known(p.Entity)[0]), 1)
				}
				want(t, c.Get(path), 403)
			}
		}
	})
}

func TestAnAnswerRefersOnlyToRecordsThatTheAppCanFetch(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		// A narrower scope cuts through more references.
		d.Edit("schoolinks", oneSchool(d))
		for _, v := range vendors() {
			c := d.As(v.app)
			all := everything(c, v)
			hrefs := map[string]bool{}
			for _, e := range served() {
				for _, r := range all["/"+e.Plural] {
					all.checkRefs(t, d, e, r, hrefs)
				}
			}
			for _, href := range thin(slices.Sorted(maps.Keys(hrefs)), 30) {
				want(t, c.Get(strings.TrimPrefix(href, d.URL+gatewaytest.Base)), 200)
			}
		}
	})
}

// checkRefs looks at every reference of a record and gathers their addresses.
func (all lists) checkRefs(t *testing.T, d *gatewaytest.District, e catalog.Entity, r gatewaytest.Record, hrefs map[string]bool) {
	t.Helper()
	for _, f := range e.In(catalog.V11) {
		if !f.Kind.Refers() || r[f.Name] == nil {
			continue
		}
		target, _ := catalog.Find(f.Target)
		refs, isList := r[f.Name].([]any)
		if isList != (f.Kind == catalog.References) {
			t.Errorf("%s.%s is a %T", e.Plural, f.Name, r[f.Name])
		}
		if !isList {
			refs = []any{r[f.Name]}
		}
		known := byID(all["/"+target.Plural])
		for _, ref := range refs {
			id, _ := ref.(map[string]any)["sourcedId"].(string)
			href := d.URL + gatewaytest.Base + "/" + target.Plural + "/" + url.PathEscape(id)
			if wanted := (map[string]any{"href": href, "sourcedId": id, "type": target.Name}); !reflect.DeepEqual(ref, wanted) {
				t.Errorf("%s.%s refers by %v, wanted %v", e.Plural, f.Name, ref, wanted)
			}
			if known[id] == nil {
				t.Errorf("%s.%s of %q refers to %q, which is not in the app's list", e.Plural, f.Name, r.ID(), id)
			}
			hrefs[href] = true
		}
	}
}
