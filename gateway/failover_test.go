package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/intake"
)

// otherCrowd is what the standby is given in the place of crowd(t, true): as many new
// people, who get the same ids there.
func otherCrowd(t *testing.T) parcel {
	t.Helper()
	p := cedar(t)
	for n := range 110 {
		if n >= 100 {
			p.Edit(t, "users.csv", fmt.Sprintf("+ q%03d,,,true,oak,student,u%03d,,Other,Family%02d,,,,,,,03,,,", n, n, n*37%100))
		} else if n%7 != 5 {
			p.Edit(t, "users.csv", fmt.Sprintf("+ p%03d,,,true,%s,student,u%03d,,Given,Family%02d,,,,,,,03,,,", n, []string{"elm", "oak", "oak"}[n%3], n, n*37%100))
		}
	}
	return p
}

func carry(t *testing.T, g *gatewaytest.Gateway, p parcel) {
	t.Helper()
	report, err := g.Intake.Import(context.Background(), p.Folder(t), intake.Options{AcceptHold: true})
	if err != nil || report.Verdict != intake.Stored {
		t.Fatalf("the import ended with %+v, %v", report, err)
	}
}

func stampOf(t *testing.T, g *gatewaytest.Gateway) revision.Stamp {
	t.Helper()
	at, err := revision.Read(g.DB.Read)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// failedOver is a district whose store was taken over by a standby that went another
// way: both raised the permissions and the roster by as much. The gateway answered
// before, under the numbers that are now given a second time.
type failedOver struct {
	*gatewaytest.Client
	d      *gatewaytest.District
	before map[string]gatewaytest.Answer
}

// asked are the answers that a gateway remembers something for: a plan, a view, a
// horizon, the result of a filter and of a sort.
func asked() []string {
	return []string{
		"/users?limit=10000", "/users?limit=10000&filter=familyName~'Family1'", "/students?limit=10000&sort=familyName",
		"/schools/oak/students?limit=10000", "/users?limit=10000&filter=dateLastModified>'2020-01-01'",
	}
}

func failOver(t *testing.T, d *gatewaytest.District) failedOver {
	t.Helper()
	d.Import(crowd(t, false).Folder(t))
	f := failedOver{Client: d.As("eduready360"), d: d, before: map[string]gatewaytest.Answer{}}
	f.Get("/users?limit=10")
	standby := d.Store.Standby(t)
	elsewhere := d.On(standby)

	d.DB.Renew()
	d.Edit("eduready360", apps.Edit{Share: []string{"users.phone"}})
	carry(t, d.Gateway, crowd(t, true))
	elsewhere.Edit("eduready360", apps.Edit{Hide: []string{"users.email"}, Orgs: narrow().Orgs})
	carry(t, elsewhere, otherCrowd(t))
	ours, theirs := stampOf(t, d.Gateway), stampOf(t, elsewhere)
	if ours.Permission != theirs.Permission || ours.Generation != theirs.Generation || ours == theirs {
		t.Fatalf("the states %+v and %+v are to have the same numbers and be two", ours, theirs)
	}
	for _, path := range append(asked(), "/students?limit=20", "/students?limit=20&offset=20") {
		f.before[path] = want(t, f.Get(path), http.StatusOK)
	}
	if err := elsewhere.DB.Close(); err != nil {
		t.Fatal(err)
	}
	standby.TakeOver(t)
	reconnected(t, f.Client)
	return f
}

// reconnected asks until the gateway has noticed that its connections are gone.
// Meanwhile there is no answer, and it is said when to ask again.
func reconnected(t *testing.T, c *gatewaytest.Client) {
	t.Helper()
	for range 10 {
		a := c.Get("/users?limit=1")
		if a.Status == http.StatusOK {
			return
		}
		if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || len(a.Raw) > 0 {
			t.Fatalf("without a database the answer is %d %v: %s", a.Status, a.Header, a.Raw)
		}
	}
	t.Fatal("the gateway does not find the database that took over")
}

func TestNothingThatIsRememberedIsServedAfterAFailover(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		f := failOver(t, d)
		stayed, fresh := f.Client, d.Replica().As("eduready360")
		for _, path := range asked() {
			now, right := want(t, stayed.Get(path), http.StatusOK), want(t, fresh.Get(path), http.StatusOK)
			sameRecords(t, path, now, right)
			if strings.Contains(string(now.Raw), `"email"`) || strings.Contains(string(now.Raw), "elm") {
				t.Errorf("%s shows what was hidden, or who is outside the scope", path)
			}
			if now.Header.Get("X-Perm-Rev") == f.before[path].Header.Get("X-Perm-Rev") {
				t.Errorf("%s has the X-Perm-Rev of what it showed before", path)
			}
		}
		if !strings.Contains(string(f.before[asked()[0]].Raw), `"email"`) {
			t.Error("the answers before have no email: the test proves nothing")
		}
	})
}

func TestAWalkThatAFailoverCameIntoIsNotTakenUpAgain(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		f := failOver(t, d)
		next := f.before["/students?limit=20"].Links()["next"]
		_, query, _ := strings.Cut(next, "?")
		refused := want(t, f.Get("/students?"+query), http.StatusBadRequest)
		if !strings.Contains(string(refused.Raw), "Begin again") {
			t.Errorf("the next link of the state that was lost says %s", refused.Raw)
		}
		path := "/students?limit=20&offset=40"
		sameRecords(t, path, want(t, f.Get(path), http.StatusOK), want(t, d.Replica().As("eduready360").Get(path), http.StatusOK))

		// A walk that begins now is one of what there is now.
		c := d.As("eduready360")
		all := sorted(c.Get("/students?limit=10000").Records())
		sameSet(t, "a walk that begins now", sorted(c.Walk("/students?limit=20")), all)
	})
}

// sameRecords wants the same records in the same order, and the same total.
func sameRecords(t *testing.T, path string, got, wanted gatewaytest.Answer) {
	t.Helper()
	ids := func(a gatewaytest.Answer) (all []string) {
		for _, r := range a.Records() {
			all = append(all, r.ID())
		}
		return all
	}
	if !slices.Equal(ids(got), ids(wanted)) || total(got) != total(wanted) {
		t.Errorf("%s holds %d of %d, wanted %d of %d: %v, wanted %v", path, len(ids(got)), total(got), len(ids(wanted)), total(wanted), ids(got), ids(wanted))
	}
}

func TestAPlanOfARevisionThatWasLostIsNotKeptInTheWay(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("eduready360")
		standby := d.Store.Standby(t)
		for range 3 { // which the standby does not have
			d.Edit("eduready360", apps.Edit{Hide: []string{"users.email"}})
			d.Edit("eduready360", apps.Edit{Share: []string{"users.email"}})
		}
		d.Edit("eduready360", apps.Edit{Hide: []string{"users.grades"}})
		c.Get("/users?limit=1")
		standby.TakeOver(t)
		reconnected(t, c)
		a := want(t, c.Get("/users?limit=10000"), http.StatusOK)
		if !strings.Contains(string(a.Raw), `"grades"`) {
			t.Error("what was hidden by a permission that was lost is still hidden")
		}
	})
}

func TestAfterAFailoverThatLostAGenerationTheRosterIsReadOnce(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, database.Postgres))
	d.Import(crowd(t, false).Folder(t))
	c := d.As("eduready360")
	want(t, c.Get("/users?limit=10"), http.StatusOK)
	standby := d.Store.Standby(t)
	d.DB.Renew()
	carry(t, d.Gateway, crowd(t, true))
	ahead := want(t, c.Get("/users?limit=10"), http.StatusOK)
	newest := stampOf(t, d.Gateway)
	standby.TakeOver(t)
	reconnected(t, c)
	if now := stampOf(t, d.Gateway); now.Generation >= newest.Generation {
		t.Fatalf("the server that took over has generation %d of %d", now.Generation, newest.Generation)
	}
	behind := want(t, c.Get("/users?limit=10"), http.StatusOK)
	if behind.Header.Get("X-Total-Count") == ahead.Header.Get("X-Total-Count") {
		t.Error("the answers show what the server that took over does not have")
	}
	d.Store.Trace.Take()
	want(t, c.Get("/users?limit=10&sort=familyName"), http.StatusOK)
	for _, s := range statements(d) {
		for _, e := range s.tables() {
			if e.Plural != "users" {
				t.Errorf("a page of users reads %s again: %s", e.Plural, s.sql)
			}
		}
	}
}
