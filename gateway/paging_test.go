package gateway_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

func TestAPageOutOfBoundsIsABadRequest(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, query := range []string{
			"limit=0", "limit=-1", "limit=-99999999999999999999", "limit=ten", "limit=", "limit=1.5", "limit=1e2", "limit=%201", "limit=1&limit=1",
			"offset=-1", "offset=one", "offset=", "offset=1&offset=2", "offset=99999999999999999999", "limit=%zz",
			"sort=role&sort=role", "sort=role&orderBy=asc&orderBy=desc", "orderBy=asc&orderBy=asc", "filter=role='aide'&filter=role='aide'",
		} {
			a := want(t, c.Get("/users?"+query), 400)
			if p := problem(t, a); p.CodeMinor != "invalid data" {
				t.Errorf("%s: %+v", query, p)
			}
			if a.Header.Get("X-Total-Count") != "" || a.Header.Get("Link") != "" {
				t.Errorf("%s: the refusal counts: %v", query, a.Header)
			}
		}
		for _, query := range []string{"limit=1", "limit=10000", "limit=10001", "limit=99999999999999999999", "offset=0", "limit=007", "other=1", "other=1&other=2", "fields=role&fields=status"} {
			want(t, c.Get("/users?"+query), 200)
		}
		if got := len(c.Get("/enrollments").Records()); got != 100 {
			t.Errorf("a page has %d records by default, wanted 100", got)
		}
	})
}

// expectedLinks are the pages that a Link header names, by relation.
func expectedLinks(offset, limit, total int) map[string]string {
	links := map[string]string{}
	at := func(offset int) string { return fmt.Sprintf("limit=%d&offset=%d", limit, offset) }
	if offset > 0 {
		links["first"], links["prev"] = at(0), at(max(0, offset-limit))
	}
	if offset+limit < total {
		links["next"], links["last"] = at(offset+limit), at((total-1)/limit*limit)
	}
	return links
}

// positions reads a Link header: limit and offset of each page. Whatever else
// the addresses hold must be the same path on the same host.
func positions(t testing.TB, d *gatewaytest.District, path string, a gatewaytest.Answer) map[string]string {
	t.Helper()
	links := map[string]string{}
	for rel, address := range a.Links() {
		u, err := url.Parse(address)
		if err != nil || !strings.HasPrefix(address, d.URL+gatewaytest.Base+path+"?") {
			t.Fatalf("the %s page is at %s (%v)", rel, address, err)
		}
		links[rel] = fmt.Sprintf("limit=%s&offset=%s", u.Query().Get("limit"), u.Query().Get("offset"))
	}
	return links
}

func TestPagesTogetherAreTheListAndLinksLeadFromOneToTheNext(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, path := range []string{"/users", "/orgs", "/schools/sch%2F101/students", "/classes/cls-000000/students"} {
			whole := c.Get(path + "?limit=10000").Records()
			for _, limit := range []int{1, 7, len(whole), 1000} {
				if limit == 1 && len(whole) > 40 {
					continue
				}
				checkPages(t, d, c, path, limit, whole)
			}
		}
	})
}

func checkPages(t *testing.T, d *gatewaytest.District, c *gatewaytest.Client, path string, limit int, whole []gatewaytest.Record) {
	t.Helper()
	var together []gatewaytest.Record
	for offset := 0; offset < len(whole); offset += limit {
		a := want(t, c.Get(fmt.Sprintf("%s?limit=%d&offset=%d", path, limit, offset)), 200)
		together = append(together, a.Records()...)
		if a.Header.Get("X-Total-Count") != fmt.Sprint(len(whole)) {
			t.Errorf("%s at %d: %s records in all, wanted %d", path, offset, a.Header.Get("X-Total-Count"), len(whole))
		}
		if got, wanted := positions(t, d, path, a), expectedLinks(offset, limit, len(whole)); !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s at %d by %d of %d: links to %v, wanted %v", path, offset, limit, len(whole), got, wanted)
		}
	}
	if !reflect.DeepEqual(together, whole) {
		t.Errorf("%s by %d: the pages are not the list", path, limit)
	}
	if walked := c.Walk(fmt.Sprintf("%s?limit=%d", path, limit)); !reflect.DeepEqual(walked, whole) {
		t.Errorf("%s by %d: following the links gives %d records, wanted %d", path, limit, len(walked), len(whole))
	}
}

func TestEveryLinkLeadsToThePageThatItNames(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		whole := c.Get("/users?limit=10000").Records()
		middle := want(t, c.Get("/users?limit=10&offset=25&x=a%26b"), 200)
		last := (len(whole) - 1) / 10 * 10
		for rel, wanted := range map[string][]gatewaytest.Record{
			"first": whole[:10], "prev": whole[15:25], "next": whole[35:45], "last": whole[last:],
		} {
			address := middle.Links()[rel]
			if got := c.Get(strings.TrimPrefix(address, d.URL+gatewaytest.Base)).Records(); !reflect.DeepEqual(got, wanted) {
				t.Errorf("%s leads to %q, wanted %q", rel, sorted(got), sorted(wanted))
			}
			if u, err := url.Parse(address); err != nil || u.Query().Get("x") != "a&b" {
				t.Errorf("%s lost a parameter: %s", rel, address)
			}
		}
	})
}

func TestBeyondTheEndThereIsAnEmptyList(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for path, envelope := range map[string]string{
			"/users": "users", "/students": "users", "/schools": "orgs", "/terms": "academicSessions",
			"/demographics": "demographics", "/classes/cls-000000/students": "users",
		} {
			total := c.Get(path).Header.Get("X-Total-Count")
			a := want(t, c.Get(path+"?offset=1000000"), 200)
			if string(a.Raw) != `{"`+envelope+`":[]}`+"\n" {
				t.Errorf("%s beyond its end is %s", path, a.Raw)
			}
			if a.Header.Get("X-Total-Count") != total {
				t.Errorf("%s beyond its end counts %s, before %s", path, a.Header.Get("X-Total-Count"), total)
			}
			if links := a.Links(); links["next"] != "" || links["last"] != "" || links["first"] == "" {
				t.Errorf("%s beyond its end links to %v", path, links)
			}
			count, err := strconv.Atoi(total)
			if wanted := fmt.Sprintf("limit=100&offset=%d", max(0, count-1)/100*100); err != nil || positions(t, d, path, a)["prev"] != wanted {
				t.Errorf("%s beyond its end leads back to %v, wanted %s", path, a.Links(), wanted)
			}
		}
	})
}

func TestAListThatHoldsNobodyIsEmptyAndOnRecord(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		empty := 0
		for _, session := range c.Walk("/terms") {
			a := want(t, c.One("terms", session.ID()+"/gradingPeriods"), 404) // a slash inside an id
			if len(d.Entries(a.RequestID())) != 1 {
				t.Error("a 404 is not on record")
			}
			a = want(t, c.Get("/terms/"+url.PathEscape(session.ID())+"/gradingPeriods"), 200)
			if a.Header.Get("X-Total-Count") == "0" {
				empty++
			}
			if entries := d.Entries(a.RequestID()); len(entries) != 1 || entries[0].Count != int64(len(a.Records())) {
				t.Errorf("the ledger has %+v", entries)
			}
		}
		if empty == 0 {
			t.Error("no list was empty")
		}
	})
}

func TestTheRequestIDIsOurs(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		seen := []string{}
		for _, path := range []string{"/orgs", "/orgs", "/resources", "/nothing"} {
			r := d.Request("GET", gatewaytest.Base+path, nil)
			r.Header.Set("Authorization", "Bearer "+d.Token("eduready360"))
			r.Header.Set("X-Request-Id", "theirs")
			a := d.Do(r)
			id := a.RequestID()
			if len(a.Header.Values("X-Request-Id")) != 1 || len(id) != 36 || strings.Contains(id, "theirs") || slices.Contains(seen, id) {
				t.Errorf("%s has the request id %q", path, a.Header.Values("X-Request-Id"))
			}
			seen = append(seen, id)
			if len(d.Entries(id)) != 1 || len(d.Entries("theirs")) != 0 {
				t.Errorf("%s: the ledger knows the request by another id", path)
			}
		}
	})
}

// A client may ask for any part of a list in any order, parts that overlap
// included: while nothing changes, each is what stands at those places.
func TestAnOffsetIsAPlaceInTheListWhateverWasAskedBefore(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		for _, list := range []string{"/users?", "/users?sort=familyName&", "/users?filter=role%3D%27student%27&"} {
			whole := c.Get(list + "limit=10000").Records()
			asked := [][2]int{{0, 10}, {5, 10}, {10, 10}, {9, 10}, {0, 10}, {1, 10}, {20, 10}, {12, 10}, {20, 5}, {22, 5}, {19, 5}, {0, 20}, {15, 20}, {30, 10}, {25, 10}, {35, 10}}
			chance := rand.New(rand.NewPCG(1, 2))
			for range 40 {
				asked = append(asked, [2]int{chance.IntN(len(whole)), 5 + 5*chance.IntN(3)})
			}
			for _, part := range asked {
				offset, limit := part[0], part[1]
				a := want(t, c.Get(fmt.Sprintf("%slimit=%d&offset=%d", list, limit, offset)), 200)
				if wanted := whole[offset:min(offset+limit, len(whole))]; !reflect.DeepEqual(a.Records(), wanted) {
					t.Fatalf("%s%d from %d on: %q, wanted %q", list, limit, offset, sorted(a.Records()), sorted(wanted))
				}
				if got := a.Header.Get("X-Total-Count"); got != fmt.Sprint(len(whole)) {
					t.Fatalf("%s%d from %d on: %s in all, wanted %d", list, limit, offset, got, len(whole))
				}
			}
		}
	})
}
