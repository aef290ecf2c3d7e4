package gateway_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// people are the users whom alexandria sees, in the order of the list.
const people = "lin ana rosa jo ben carl"

// filters are what may be asked of the small district, and who meets it.
func filters() []struct{ path, filter, met string } {
	return append(slipped(), []struct{ path, filter, met string }{
		// What is text ignores case; ids and words of the standard do not.
		{"/users", "givenName='ana'", "ana"},
		{"/users", "givenName='ANA'", "ana"},
		{"/users", "givenName!='ana'", "lin jo ben rosa carl"},
		{"/users", "familyName='ruiz'", "ana rosa"},
		{"/users", "email='MEI.LIN@cedar.example'", "lin"},
		{"/users", "role='student'", "ana ben"},
		{"/users", "role='Student'", ""},
		{"/users", "role!='student'", "lin jo rosa carl"},
		{"/users", "role~'ent'", "ana ben carl"},
		{"/users", "sourcedId='ana'", "ana"},
		{"/users", "sourcedId='Ana'", ""},
		{"/users", "sourcedId>'jo'", "lin rosa"},
		{"/users", "status='active'", people},
		{"/users", "status='tobedeleted'", ""},
		{"/users", "status!='tobedeleted'", people},

		// A part of text.
		{"/users", "email~'home'", "rosa carl"},
		{"/users", "email~'@CEDAR.'", "lin ana jo ben"},
		{"/users", "email~''", people},
		{"/users", "givenName~'%'", ""},
		{"/users", "givenName~'_'", ""},
		{"/users", "givenName~'.*'", ""},

		// Order goes by code points: capitals come before small letters.
		{"/users", "givenName>'B'", "lin jo ben rosa carl"},
		{"/users", "givenName>'b'", ""},
		{"/users", "givenName>='Ben' AND givenName<='Jo'", "jo ben carl"},
		{"/users", "givenName<'Ben'", "ana"},

		// What has no value meets nothing.
		{"/users", "phone='555-0131'", "ana"},
		{"/users", "phone!='555-0131'", "lin rosa carl"},
		{"/users", "phone~''", "lin ana rosa carl"},
		{"/users", "middleName!='x'", "ana"},
		{"/users", "grades!='03'", "ben"},
		{"/users", "agents.sourcedId!='rosa'", "ben rosa carl"},

		// Yes and no.
		{"/users", "enabledUser='true'", "lin ana jo rosa carl"},
		{"/users", "enabledUser='TRUE'", "lin ana jo rosa carl"},
		{"/users", "enabledUser!='true'", "ben"},
		{"/users", "enabledUser=false", "ben"},

		// Lists: any item will do.
		{"/users", "grades='09'", "ben"},
		{"/users", "grades='9'", ""},
		{"/users", "grades>'03'", "ben"},
		{"/users", "grades='09,10'", ""},
		{"/users", "orgs.sourcedId='oak'", "lin ana rosa"},
		{"/users", "orgs.sourcedId='oak' AND orgs.sourcedId='elm'", "lin"},
		{"/users", "orgs.sourcedId='OAK'", ""},
		{"/users", "agents.sourcedId='rosa'", "ana"},
		{"/users", "agents.sourcedId='ana'", "rosa"},
		{"/users", "userIds.type='StateID'", "ana ben"},
		{"/users", "userIds.type='stateid'", "ana ben"},
		{"/users", "userIds.identifier='BCOLE'", "ben"},
		{"/users", "userIds.identifier~'s-'", "ana ben"},
		{"/classes", "terms.sourcedId='spring'", "reading-a"},
		{"/classes", "periods='3'", "algebra-a"},
		{"/classes", "subjects='algebra'", "algebra-a"},
		{"/resources", "roles='teacher'", "403"},

		// References.
		{"/enrollments", "class.sourcedId='reading-a'", "e-lin e-ana"},
		{"/enrollments", "user.sourcedId='ben' OR user.sourcedId='jo'", "e-jo e-ben"},
		{"/enrollments", "school.sourcedId='elm' AND role='student'", "e-ben"},
		{"/orgs", "parent.sourcedId='district'", "oak elm"},
		{"/orgs", "children.sourcedId='elm'", "district"},
		{"/academicSessions", "type='term' OR type='semester'", "fall spring"},
		{"/academicSessions", "schoolYear='2026'", "year fall spring fall-1"},
		{"/academicSessions", "schoolYear>'2025' AND type='term'", "fall"},

		// Dates are instants, however they are written.
		{"/demographics", "birthDate='2017-03-02'", "ana"},
		{"/demographics", "birthDate='2017-03-02T00:00:00Z'", "ana"},
		{"/demographics", "birthDate='2017-03-02T00:00:00.000000000Z'", "ana"},
		{"/demographics", "birthDate='2017-03-02T02:00:00+02:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02T02:00:00 02:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02T00:00:00'", "ana"},
		{"/demographics", "birthDate='2017-03-02 00:00:00'", "ana"},
		{"/demographics", "birthDate<'2017-03-02'", "ben"},
		{"/demographics", "birthDate>='2011-10-30T00:00:00.1Z'", "ana"},
		{"/demographics", "birthDate!='2017-03-02'", "ben"},
		{"/academicSessions", "startDate>='2025-08-18' AND endDate<'2026-01-01'", "fall fall-1"},
		{"/users", "dateLastModified>'2020-01-01'", people},
		{"/users", "dateLastModified>'2999-01-01T00:00:00.000Z'", ""},
		{"/users", "dateLastModified<'2999-01-01T00:00:00+00:00'", people},
		{"/users", "dateLastModified!='2020-01-01'", people},
		{"/users", "dateLastModified>2020-01-01T00:00:00+00:00", people},
		{"/users", "dateLastModified>2020-01-01T00:00:00 00:00", people},
		{"/demographics", "birthDate=2017-03-02T02:00:00 02:00", "ana"},
		{"/demographics", "birthDate=2017-03-02T02:00:00.000 02:00 AND sex=female", "ana"},
		{"/demographics", "birthDate=2017-03-02T02:00:00 02:00 or birthDate=2011-10-30", "ana ben"},

		// Logic: AND binds tighter than OR, words in any case.
		{"/users", "role='student' AND givenName='Ana'", "ana"},
		{"/users", "role='student' and givenName='Ana'", "ana"},
		{"/users", "role='aide' OR role='student' AND givenName='Ana'", "ana jo"},
		{"/users", "role='student' AND givenName='Ana' OR role='aide'", "ana jo"},
		{"/users", "role='aide' Or role='teacher' oR role='parent'", "lin jo carl"},
		{"/users", "role='aide'   OR   role='teacher'", "lin jo"},

		// Quotes: doubled, with a backslash, bare, typographic, or none at all.
		{"/users", "givenName='O''Brien' OR givenName='Ana'", "ana"},
		{"/users", `givenName='O\'Brien' OR givenName='Ana'`, "ana"},
		{"/users", "givenName='O'Brien' OR givenName='Ana'", "ana"},
		{"/users", "givenName=‘Ana’", "ana"},
		{"/users", "givenName=’Ana’", "ana"},
		{"/users", "givenName=Ana", "ana"},
		{"/users", "identifier=7001", "ana"},
		{"/users", " givenName = 'Ana' ", "ana"},
		{"/users", "givenName='Ana AND Ben'", ""},
		{"/users", "givenName='Ana' AND givenName!='x' AND givenName!='y' AND givenName!='z'", "ana"},
		{"/users", `givenName='\\'`, ""},
		{"/users", "givenName=''", ""},

		// What cannot be compared, or not be read.
		{"/users", "enabledUser>'true'", "400"},
		{"/users", "enabledUser~'t'", "400"},
		{"/users", "enabledUser='yes'", "400"},
		{"/users", "dateLastModified~'2026'", "400"},
		{"/users", "dateLastModified='26-01-01'", "400"},
		{"/users", "dateLastModified>'2026-13-01'", "400"},
		{"/users", "dateLastModified>2020-01-01T00:00:00 00:000", "400"},
		{"/users", "dateLastModified>2020-01-01T00:00:00 00:00 ", people},
		{"/users", "dateLastModified>2020-01-01T00:00:00 00:0", "400"},
		{"/users", "dateLastModified>2020-01-01T00:00:00 0000", people},
		{"/users", "identifier=7001 00:00", "400"},
		{"/users", "givenName=Ana Sofía", "400"},
		{"/users", "orgs='oak'", "400"},
		{"/users", "userIds='x'", "400"},
		{"/users", "userIds.StateID='x'", "400"},
		{"/users", "orgs.href='x'", "400"},
		{"/users", "", people},
		{"/users", "givenName", "400"},
		{"/users", "='Ana'", "400"},
		{"/users", "givenName='Ana' AND", "400"},
		{"/users", "givenName='Ana' OR ", "400"},
		{"/users", "givenName='Ana", "400"},
		{"/users", "givenName 'Ana'", "400"},
		{"/users", "NOT givenName='Ana'", "400"},
		{"/users", "givenName!'Ana'", "400"},
		{"/users", "givenName='\xff'", "400"},
	}...)
}

func TestAFilterLetsThroughWhatMeetsIt(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("alexandria")
		for _, f := range filters() {
			a := c.Get(f.path + "?limit=100&filter=" + url.QueryEscape(f.filter))
			if f.met == "400" || f.met == "403" {
				if want := map[string]int{"400": 400, "403": 403}[f.met]; a.Status != want {
					t.Errorf("%s %s: %d %s", f.path, f.filter, a.Status, a.Raw)
				}
				continue
			}
			if a.Status != 200 {
				t.Errorf("%s %s: %d %s", f.path, f.filter, a.Status, a.Raw)
				continue
			}
			if got := sorted(a.Records()); !slices.Equal(got, slices.Sorted(slices.Values(strings.Fields(f.met)))) {
				t.Errorf("%s %s: %q, wanted %q", f.path, f.filter, got, f.met)
			}
		}
	})
}

func TestCaseIsFoldedAlikeOnBothDatabases(t *testing.T) {
	names := map[string]string{
		"ÅSA": "åsa", "STRASSE": "straße", "Σίσυφος": "ΣΊΣΥΦΟΣ", "ﬁona": "FIONA", "Ǆana": "ǆana", "ŁUKASZ": "łukasz", "学": "学",
	}
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("alexandria")
		for stored, asked := range names {
			if err := d.DB.Write.Exec("UPDATE users SET given_name = ? WHERE sourced_id = 'ana'", stored).Error; err != nil {
				t.Fatal(err)
			}
			for i, op := range []string{"=", "~"} {
				// The space keeps the filter apart from the one before, which is remembered.
				filter := strings.Repeat(" ", i) + "givenName" + op + "'" + asked + "' OR givenName='" + stored + "'"
				if got := idsOf(c.Get("/users?filter=" + url.QueryEscape(filter)).Records()); !slices.Equal(got, []string{"ana"}) {
					t.Errorf("%q does not meet %s: %q", stored, filter, got)
				}
			}
		}
	})
}

// However many bytes its characters take, a filter of 2,000 is understood, beside
// everything else that a request may ask for, and one of 2,001 is too long.
func TestAFilterOfTwoThousandCharactersFitsInAnyScript(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("alexandria")
		for _, letter := range []string{"a", "'", "%", "é", "學", "😀"} {
			written := strings.ReplaceAll(letter, "'", `''`)
			const clause = "givenName='Ana' OR givenName=''"
			filter := clause[:len(clause)-1] + strings.Repeat(written, (2000-len(clause))/len([]rune(written))) + "'"
			filter += strings.Repeat(" ", 2000-len([]rune(filter)))
			rest := "&sort=familyName&orderBy=desc&limit=100&offset=0&fields=sourcedId,givenName"
			a := c.Get("/users?filter=" + percent(filter) + rest)
			if got := idsOf(want(t, a, 200).Records()); !slices.Equal(got, []string{"ana"}) {
				t.Errorf("%q: %q met the filter", letter, got)
			}
			if p := problem(t, want(t, c.Get("/users?filter="+percent(filter+" ")), 400)); !strings.Contains(p.Description, "2,000") {
				t.Errorf("%q: one more is told %q", letter, p.Description)
			}
		}
	})
}

// percent encodes every byte, as a careful client may.
func percent(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// Of a filter the ledger has fields and operators, once each.
func TestTheLedgerHasAFiltersFieldsAndOperatorsOnly(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		filter := "givenName='Ana' AND metadata.studentNumber~'31' OR givenName='Ben' OR orgs.sourcedId!='elm'"
		a := want(t, d.As("schoolinks").Get("/users?filter="+url.QueryEscape(filter)), 200)
		e := entry(t, d, a, audit.KindDisclosure)
		if !slices.Equal(e.Filter, []string{"givenName =", "metadata.studentNumber ~", "orgs.sourcedId !="}) {
			t.Errorf("the ledger has the filter %q", e.Filter)
		}
	})
}

// A list that is filtered and sorted is one list: its pages, its count and its
// order agree, and so does what is asked for again later.
func TestAFilteredAndSortedListIsWalkedWhole(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		filter := url.QueryEscape("role='student' AND givenName>='D' OR role='teacher'")
		for _, sort := range []string{"", "&sort=familyName", "&sort=familyName&orderBy=desc", "&sort=sourcedId&orderBy=asc", "&sort=dateLastModified"} {
			whole := c.Walk("/users?limit=10000&filter=" + filter + sort)
			for _, limit := range []string{"1", "7", "1000"} {
				if limit == "1" && sort != "" {
					continue
				}
				paged := c.Walk("/users?limit=" + limit + "&filter=" + filter + sort)
				if !slices.Equal(idsOf(paged), idsOf(whole)) {
					t.Errorf("%s by %s: %q is not %q", sort, limit, idsOf(paged), idsOf(whole))
				}
			}
			if len(whole) < 10 {
				t.Errorf("only %d meet the filter", len(whole))
			}
		}
	})
}
