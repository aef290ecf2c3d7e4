package gateway_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// quirk is something that clients or servers in the field are known to do, the
// request in which it shows, and what must be true of the answer.
type quirk struct {
	seen, app, path string
	status          int
	holds           func(a gatewaytest.Answer) bool
}

// The tests of other files look closer at some of these: signatures in
// oauth1_test.go, ids in ids_test.go, bounds in paging_test.go.
func quirks() []quirk {
	envelope := func(name string) func(gatewaytest.Answer) bool {
		return func(a gatewaytest.Answer) bool { return a.Envelope() == name }
	}
	records := func(ids ...string) func(gatewaytest.Answer) bool {
		return func(a gatewaytest.Answer) bool { return slices.Equal(sorted(a.Records()), ids) }
	}
	member := func(name string, value any) func(gatewaytest.Answer) bool {
		return func(a gatewaytest.Answer) bool { return fmt.Sprint(a.Records()[0][name]) == fmt.Sprint(value) }
	}
	says := func(pattern string, is bool) func(gatewaytest.Answer) bool {
		return func(a gatewaytest.Answer) bool { return regexp.MustCompile(pattern).Match(a.Raw) == is }
	}
	header := func(name, pattern string) func(gatewaytest.Answer) bool {
		return func(a gatewaytest.Answer) bool { return regexp.MustCompile(pattern).MatchString(a.Header.Get(name)) }
	}
	problem := func(minor string) func(gatewaytest.Answer) bool {
		return says(`^{"statusInfoSet":\[{"imsx_codeMajor":"failure","imsx_severity":"error",.*"imsx_codeMinor":"`+minor+`"}\]}\s$`, true)
	}
	return []quirk{
		{"clients page by the count", "amplify", "/users?limit=1", 200, header("X-Total-Count", "^4$")},
		{"clients page by the link", "amplify", "/users?limit=1", 200, header("Link", `^<https?://[^>]+/ims/oneroster/v1p1/users\?[^>]*limit=1[^>]*>; rel="next", <[^>]+>; rel="last"$`)},
		{"the last page has no next", "amplify", "/users?limit=3&offset=3", 200, header("Link", `^<[^>]+>; rel="first", <[^>]+>; rel="prev"$`)},
		{"a list of one page is still counted", "amplify", "/users", 200, header("X-Total-Count", "^4$")},
		{"clients count what came", "amplify", "/users?limit=3", 200, header("X-Count", "^3$")},
		{"clients loop until a page is empty", "amplify", "/users?limit=5000&offset=5000", 200, says(`^{"users":\[\]}\s$`, true)},
		{"an empty list is a list, not 204 and not 404", "amplify", "/courses/reading/resources", 200, says(`^{"resources":\[\]}\s$`, true)},
		{"a filter that nobody meets", "amplify", "/users?filter=familyName='Nobody'", 200, says(`^{"users":\[\]}\s$`, true)},
		{"a person without demographics", "amplify", "/demographics/lin", 404, problem("unknown object")},
		{"they are not in the list either", "amplify", "/demographics", 200, records("ana", "ben")},
		{"without the grant it is another answer", "eduready360", "/demographics/lin", 403, problem("forbidden")},
		{"demographics of one, by the word of many", "amplify", "/demographics/ana", 200, envelope("demographics")},
		{"clients take the path's last word: schools", "amplify", "/schools", 200, envelope("orgs")},
		{"clients take the path's last word: students", "amplify", "/students", 200, envelope("users")},
		{"clients take the path's last word: terms", "amplify", "/terms", 200, envelope("academicSessions")},
		{"one of them", "amplify", "/teachers/lin", 200, envelope("user")},
		{"administrators, the filter glued to the path", "amplify", "/users?filter=role='aide'&limit=100&offset=0", 200, records("jo")},
		{"the same, encoded", "amplify", "/users?filter=role%3D%27aide%27&limit=100&offset=0", 200, records("jo")},
		{"a date without a time", "amplify", "/users?filter=dateLastModified>'2020-01-01'", 200, records("ana", "ben", "jo", "lin")},
		{"a time with an offset, without quotes", "amplify", "/users?filter=dateLastModified>2020-01-01T00:00:00+00:00", 200, records("ana", "ben", "jo", "lin")},
		{"status and a role", "alexandria", "/users?filter=status='active'%20AND%20role='guardian'", 200, records("rosa")},
		{"enrollments of a class by a filter", "amplify", "/enrollments?filter=class.sourcedId='reading-a'", 200, records("e-ana", "e-lin")},
		{"orderBy without sort", "amplify", "/users?orderBy=asc", 200, records("ana", "ben", "jo", "lin")},
		{"orderBy misspelt", "amplify", "/users?sort=familyName&orderBy=acs", 200, records("ana", "ben", "jo", "lin")},
		{"roles in small letters", "amplify", "/users/lin", 200, member("role", "teacher")},
		{"booleans are words", "amplify", "/users/ben", 200, says(`"enabledUser":"false"`, true)},
		{"an aide who teaches is no teacher of the district", "amplify", "/teachers", 200, records("lin")},
		{"but one of the class", "amplify", "/classes/algebra-a/teachers", 200, records("jo")},
		{"grades are a list", "amplify", "/users/ana", 200, member("grades", []string{"03"})},
		{"in their order", "amplify", "/users/ben", 200, member("grades", []string{"09", "10"})},
		{"periods are a list", "amplify", "/classes/algebra-a", 200, member("periods", []string{"2", "3"})},
		{"what is not known is left out, not null and not empty", "amplify", "/classes/algebra-a", 200, says(`classCode|null|""|\[\]`, false)},
		{"no nulls in a long list", "alexandria", "/users?limit=10000", 200, says(`null|:""|\[\]`, false)},
		{"guardians who are not shared are no agents", "amplify", "/users/ana", 200, says("agents|rosa", false)},
		{"guardians who are", "alexandria", "/users/ana", 200, says(`"agents":\[{"href":"[^"]+/users/rosa","sourcedId":"rosa","type":"user"}\]`, true)},
		{"no password", "alexandria", "/users?fields=sourcedId,password", 200, says("hunter2", false)},
		{"references lead to this server", "amplify", "/enrollments/e-ana", 200, says(`"href":"http://127\.0\.0\.1:\d+/ims/oneroster/v1p1/users/ana"`, true)},
		{"no metadata but what was allowed", "amplify", "/demographics/ana", 200, says(`"metadata":{"homeLanguage":"spa","iepStatus":"Yes-IEP"}}`, true)},
		{"OR does not reach past what is shared", "amplify", "/users?filter=role='guardian'%20OR%20status='active'", 200, records("ana", "ben", "jo", "lin")},
		{"no column of the server's own in a single read", "amplify", "/users/ana", 200, says(`"id"|"hash"|password|sms`, false)},
		{"a proxy that encodes twice", "amplify", "/users/%2561na", 404, problem("unknown object")},
		{"an error is no list", "amplify", "/users?filter=x='1'", 400, problem("invalid_filter_field")},
		{"limit=-1", "amplify", "/users?limit=-1", 400, problem("invalid data")},
		{"limit=0", "amplify", "/users?limit=0", 400, problem("invalid data")},
		{"limit twice", "amplify", "/users?limit=1&limit=1", 400, problem("invalid data")},
		{"more than can be had at once gives as much", "amplify", "/users?limit=20000&offset=1", 200, header("Link", `limit=10000`)},
		{"one record is one in all", "amplify", "/users/ana", 200, header("X-Total-Count", "^1$")},
		{"beyond the end there is a way back", "amplify", "/users?limit=3&offset=50", 200, header("Link", `offset=3>; rel="prev"$`)},
		{"every path ends with a slash", "amplify", "/users/ana/?fields=role", 200, says(`^{"user":{"role":"student"}}\s$`, true)},
		{"10,000 at once", "amplify", "/users?limit=10000", 200, records("ana", "ben", "jo", "lin")},
		{"fields several times over", "amplify", "/users/ana?fields=sourcedId&fields=role", 200, says(`^{"user":{"sourcedId":"ana","role":"student"}}\s$`, true)},
		{"blanks behind the commas", "amplify", "/users/ana?fields=sourcedId,%20role", 200, says(`^{"user":{"sourcedId":"ana","role":"student"}}\s$`, true)},
		{"reads that the standard does not have", "amplify", "/classes/reading-a/enrollments", 404, problem("unknown object")},
		{"semesters are terms", "amplify", "/terms", 200, records("fall", "spring")},
		{"classes whose terms are over are served as well", "amplify", "/teachers/lin/classes", 200, records("reading-a")},
		{"the terms of a school", "amplify", "/schools/oak/terms", 200, records("fall", "spring")},
		{"a semicolon in a filter", "amplify", "/users?filter=familyName='a;b'", 200, records()},
	}
}

func TestWhatIsSeenInTheFieldIsAnswered(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		clients := map[string]*gatewaytest.Client{}
		for _, q := range quirks() {
			if clients[q.app] == nil {
				clients[q.app] = d.As(q.app)
			}
			a := clients[q.app].Get(q.path)
			if a.Status != q.status || !q.holds(a) {
				t.Errorf("%s: %s %s: %d %v %s", q.seen, q.app, q.path, a.Status, a.Header, a.Raw)
			}
			if a.Header.Get("Content-Type") != "application/json" || a.Header.Get("X-Request-Id") == "" {
				t.Errorf("%s: the answer comes with %v", q.seen, a.Header)
			}
			// An error never comes with data, and data never under an error's status.
			if data := !strings.HasPrefix(string(a.Raw), `{"statusInfoSet"`); data != (a.Status == 200) {
				t.Errorf("%s: %d comes with %s", q.seen, a.Status, a.Raw)
			}
		}
	}, gatewaytest.Still(time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC))) // all terms of the district are over
}

// A person in two roles is two records with one username: nobody is merged.
func TestAPersonOfTwoRolesIsTwoRecords(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		p := cedar(t)
		p.Edit(t, "users.csv", "+ lin-2,,,true,elm,administrator,mlin,,Mei,Lin,,,mei.lin@cedar.example,,,,,,,")
		d.Import(p.Folder(t))
		c := d.As("amplify")
		if got := sorted(c.Get("/users?filter=" + url.QueryEscape("username='mlin'")).Records()); !slices.Equal(got, []string{"lin", "lin-2"}) {
			t.Errorf("the two are %q", got)
		}
		want(t, c.Get("/teachers/lin-2"), 404)
	})
}

// What a vendor's nightly delta does: from the start of the run before, and from the
// greatest date seen.
func TestADeltaByDateFindsWhatChanged(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		first := c.Get("/users")
		var latest string
		for _, u := range first.Records() {
			latest = max(latest, u["dateLastModified"].(string))
		}
		since := func(at string) []string {
			return sorted(want(t, c.Get("/users?filter="+url.QueryEscape("dateLastModified>'"+at+"'")), 200).Records())
		}
		if got := since(latest); len(got) != 0 {
			t.Errorf("nothing changed, and the delta has %q", got)
		}
		started := d.Clock.Now().UTC()
		d.Clock.Pass(10 * time.Minute)
		p := cedar(t)
		p.Edit(t, "users.csv", "~ ana@cedar.example => ana.ruiz@cedar.example\n~ bcole,\"{LDAP => bcole,\"{Other")
		d.Import(p.Folder(t))
		for _, at := range []string{latest, started.Format(time.RFC3339Nano), started.Format("2006-01-02T15:04:05+00:00"), started.Format("2006-01-02T15:04:05 00:00")} {
			// Of ben, only the userIds changed, which the app does not see.
			if got := since(at); !slices.Equal(got, []string{"ana"}) {
				t.Errorf("since %s the delta has %q", at, got)
			}
		}
	}, standstill())
}
