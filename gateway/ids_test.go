package gateway_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// wholly encodes every byte of an id, as a careful client may.
func wholly(id string) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

// awkward are the students whose ids hold what is special in a URL.
func awkward(t testing.TB, d *gatewaytest.District) []string {
	t.Helper()
	var found []string
	for _, id := range d.Known("users") {
		if strings.HasPrefix(id, "st") && !strings.HasPrefix(id, "st-") {
			found = append(found, id)
		}
	}
	for _, mark := range []string{"/", "+", " ", "#", "%2F", "?", "&", "'", "|", "ñ學"} {
		if !slices.ContainsFunc(found, func(id string) bool { return strings.Contains(id, mark) }) {
			t.Fatalf("no student's id has %q: %q", mark, found)
		}
	}
	return found
}

func TestAnIDIsFoundHoweverItIsEncodedAndDecodedOnce(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, id := range awkward(t, d) {
			for _, encoded := range []string{url.PathEscape(id), wholly(id), strings.ToUpper(wholly(id))} {
				for _, collection := range []string{"/users/", "/students/", "/demographics/"} {
					got := want(t, c.Get(collection+encoded), 200).Records()
					if len(got) != 1 || got[0].ID() != id {
						t.Errorf("%s%s is %q", collection, encoded, sorted(got))
					}
				}
				want(t, c.Get("/students/"+encoded+"/classes"), 200)
			}
			// Encoded twice it is another id, which nobody has.
			if twice := url.PathEscape(url.PathEscape(id)); twice != url.PathEscape(id) {
				want(t, c.Get("/users/"+twice), 404)
			}
		}
	})
}

func TestAnIDIsNoOther(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for sent, status := range map[string]int{
			"st%2F000010":     200, // st/000010
			"st%252F000010":   404, // st%2F000010, which is nobody: the slash is not decoded twice
			"st%252F000015":   200, // st%2F000015
			"st%2F000015":     404, // st/000015, nobody
			"st%25252F000015": 404,
			"st/000010":       404, // two segments
			"st+000012":       200, // a plus in a path is a plus
			"st%2B000012":     200,
			"st+000013":       404, // st 000013 has a blank
			"st%20000013":     200,
			"st%20000012":     404,
			"st%23000014":     200,
			"st#000014":       404, // a fragment, so only "st" is sent
			"st%3F000016":     200,
			"st?000016":       404, // a query
			"st-000000%20":    404,
			"st-000000%00":    400, // no text at all
			"st-000000%ff":    400,
			"ST-000000":       404,
			"st-00000_":       404, // no wildcard of SQL
			"st-00000%25":     404,
		} {
			r := d.Request("GET", "/", nil)
			r.URL = asWritten(d, "/users/"+sent)
			r.Header.Set("Authorization", "Bearer "+c.Token)
			if got := d.Do(r).Status; got != status {
				t.Errorf("%s: %d, wanted %d", sent, got, status)
			}
		}
	})
}

// asWritten is an address that is sent as it is written.
func asWritten(d *gatewaytest.District, path string) *url.URL {
	path, _, _ = strings.Cut(path, "#")
	path, query, _ := strings.Cut(path, "?")
	host := strings.TrimPrefix(d.URL, "http://")
	return &url.URL{Scheme: "http", Host: host, Opaque: "//" + host + gatewaytest.Base + path, RawQuery: query}
}

func TestIDsThatDifferByCaseAreTwoPeople(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		pairs := 0
		for _, lower := range d.Known("users") {
			for _, upper := range d.Known("users") {
				if lower == upper || lower != strings.ToLower(upper) {
					continue
				}
				pairs++
				a, b := want(t, c.One("users", lower), 200).Records()[0], want(t, c.One("users", upper), 200).Records()[0]
				if a.ID() != lower || b.ID() != upper || a["username"] == b["username"] {
					t.Errorf("%q is %v, %q is %v", lower, a, upper, b)
				}
			}
		}
		if pairs == 0 {
			t.Error("the district has no two ids that differ by case")
		}
	})
}

func TestWhatIsNoRouteIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, path := range []string{
			"/nothing", "", "/", "/users/x/y", "/classes/cls-000000/enrollments", "/schools/sch-102/users", "/Users",
			"/users/st-000000/demographics", "/lineItems", "/roles", "/classResources", "/userProfiles", "/enrollments/x/y/z",
		} {
			if p := problem(t, want(t, c.Get(path), 404)); p.CodeMinor != "unknown object" {
				t.Errorf("%s: %+v", path, p)
			}
		}
		for _, path := range []string{"/nothing", "/ims/oneroster/v1p9/users", "/ims%2Foneroster/v1p1/users", "/.env"} {
			if p := problem(t, want(t, d.Do(d.Request("GET", path, nil)), 404)); p.CodeMinor != "unknown object" {
				t.Errorf("%s: %+v", path, p)
			}
		}
	})
}

func TestATrailingSlashChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, path := range []string{"/orgs", "/orgs/dist-9912", "/schools/sch-102/classes"} {
			with, plain := want(t, c.Get(path+"/"), 200), want(t, c.Get(path), 200)
			if string(with.Raw) != string(plain.Raw) {
				t.Errorf("%s differs from %s/", path, path)
			}
		}
	})
}

func TestOnlyReadingIsPossible(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			for _, path := range []string{"/users", "/users/st-000000", "/nothing"} {
				r := d.Request(method, gatewaytest.Base+path, strings.NewReader("{}"))
				r.Header.Set("Authorization", "Bearer "+d.Token("amplify"))
				problem(t, want(t, d.Do(r), 405))
			}
		}
		want(t, d.Do(d.Request("GET", "/oauth/token", nil)), 405)
	})
}
