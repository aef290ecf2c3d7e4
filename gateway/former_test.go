package gateway_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

func sortedIDs(a gatewaytest.Answer) []string {
	if a.Status != http.StatusOK {
		return []string{http.StatusText(a.Status)}
	}
	return slices.Sorted(slices.Values(idsOf(a.Records())))
}

func TestAtMidnightFormerEnrollmentsLeaveWithWhomeverTheyKeptInTheNextAnswerOfEveryServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		lastDay := time.Date(2025, 12, 20, 5, 40, 0, 0, time.UTC) // of e-ben and e-jo, in Chicago
		d := gatewaytest.StartWith(t, s, cedar(t).Folder(t), gatewaytest.Still(lastDay))
		if err := d.DB.Write.Exec("UPDATE district SET time_zone = 'America/Chicago'").Error; err != nil {
			t.Fatal(err)
		}
		off := false
		d.Edit("alexandria", apps.Edit{Former: &off, Unenrolled: &off})
		replica := d.Replica()
		asking := []*gatewaytest.Client{d.As("alexandria"), replica.As("alexandria")}
		all, others := []string{"ana", "ben", "carl", "jo", "lin", "rosa"}, d.As("amplify")
		for _, client := range asking {
			if got := sortedIDs(client.Get("/users")); !slices.Equal(got, all) {
				t.Errorf("on the last day there are %q", got)
			}
		}
		before, rev := others.Get("/users").Header.Get("X-Perm-Rev"), asking[0].Get("/users").Header.Get("X-Perm-Rev")
		d.Clock.Pass(30 * time.Minute)
		if err := d.Apps.BeginDay(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, client := range asking {
			for path, want := range map[string][]string{
				"/users": {"ana", "lin", "rosa"}, "/students": {"ana"}, "/teachers": {"lin"}, "/enrollments": {"e-ana", "e-lin"},
				"/classes/algebra-a/students": {}, "/schools/elm/enrollments": {}, "/demographics": {"ana"}, "/classes": {"algebra-a", "reading-a"},
				"/users?filter=givenName%3D%27Ben%27": {},
			} {
				if got := sortedIDs(client.Get(path)); !slices.Equal(got, want) {
					t.Errorf("%s has %q; want %q", path, got, want)
				}
			}
			for _, gone := range []string{"/users/ben", "/students/ben", "/enrollments/e-ben", "/demographics/ben", "/users/carl", "/users/nobody"} {
				if got := client.Get(gone); got.Status != http.StatusNotFound {
					t.Errorf("%s is answered with %d", gone, got.Status)
				}
			}
			if client.Get("/users").Header.Get("X-Perm-Rev") == rev {
				t.Error("the app is not told that something changed")
			}
		}
		// Whoever has former enrollments notices nothing of the day.
		if got := others.Get("/users"); got.Header.Get("X-Perm-Rev") != before || !slices.Contains(sortedIDs(got), "ben") {
			t.Errorf("another app sees %q", sortedIDs(got))
		}
		if _, err := d.Ledger.Sequence(context.Background()); err != nil {
			t.Fatal(err)
		}
		told, err := d.Ledger.Latest(context.Background(), audit.KindChange, audit.Question{Action: "day.begin"}, 10)
		if err != nil || len(told) == 0 || told[0].Subject != "2025-12-20" || told[0].Actor != apps.House {
			t.Errorf("on record are %+v, %v", told, err)
		}
	})
}

func TestAComparisonFindsWhomTheDayWouldTakeAndAPreviewObeysIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.StartWith(t, s, cedar(t).Folder(t), gatewaytest.Still(time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)))
		holds, err := d.Apps.Grant(context.Background(), "alexandria")
		if err != nil {
			t.Fatal(err)
		}
		grant := holds.Grant.Clone()
		grant.Scope.Former, grant.Scope.Unenrolled, grant.Scope.Classes = false, false, policy.Among{Only: []string{"algebra-a", "reading-a"}}
		// The store's day is of when the apps were added: what a save would begin counts.
		if err := d.DB.Write.Exec("UPDATE days SET day = '2025-10-01'").Error; err != nil {
			t.Fatal(err)
		}
		from, to, err := d.Server.Compare(context.Background(), "alexandria", gateway.Offer{}, gateway.Offer{Grant: &grant})
		if err != nil {
			t.Fatal(err)
		}
		lost := to.Beside(from, "users").Lost.GetCardinality()
		if lost != 3 || to.Beside(from, "enrollments").Lost.GetCardinality() != 2 || to.Beside(from, "demographics").Lost.GetCardinality() != 1 {
			t.Errorf("%d users would leave", lost)
		}
		shown, err := d.Server.Preview(context.Background(), gateway.PreviewRequest{App: "alexandria", Actor: "ada@example.org", Entity: "users", Record: "ben", Grant: &grant})
		if err != nil || shown.Status != http.StatusNotFound || shown.Reach.Code != "former" {
			t.Errorf("a preview of Ben: %d, %+v, %v", shown.Status, shown.Reach, err)
		}
		if _, err := d.Apps.SaveGrant(context.Background(), "alexandria", holds.Base(), grant, apps.By{Actor: "cli:ada"}); err != nil {
			t.Fatal(err)
		}
		if got := sortedIDs(d.As("alexandria").Get("/users")); !slices.Equal(got, []string{"ana", "lin", "rosa"}) {
			t.Errorf("behind the save there are %q", got)
		}
	})
}

func TestAClassThatIsNotChosenIsAsIfItWereNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		d := gatewaytest.StartWith(t, s, cedar(t).Folder(t))
		off := false
		d.Edit("alexandria", apps.Edit{Classes: &policy.Among{Only: []string{"reading-a"}}, Unenrolled: &off})
		client := d.As("alexandria")
		for path, want := range map[string][]string{
			"/classes": {"reading-a"}, "/students": {"ana"}, "/users": {"ana", "lin", "rosa"}, "/enrollments": {"e-ana", "e-lin"},
			"/courses/algebra/classes": {}, "/schools/elm/classes": {}, "/courses": {"algebra", "reading"},
		} {
			if got := sortedIDs(client.Get(path)); !slices.Equal(got, want) {
				t.Errorf("%s has %q; want %q", path, got, want)
			}
		}
		for _, gone := range []string{"/classes/algebra-a", "/classes/algebra-a/students", "/students/ben", "/classes/nowhere"} {
			if got := client.Get(gone); got.Status != http.StatusNotFound {
				t.Errorf("%s is answered with %d", gone, got.Status)
			}
		}
	})
}

func TestWhatAPolicyDoesFromADayOnHoldsAtTheDistrictsMidnightOnEveryServer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		eve := time.Date(2025, 12, 20, 5, 40, 0, 0, time.UTC) // in UTC the day has begun, in Chicago not
		d := gatewaytest.StartWith(t, s, cedar(t).Folder(t), gatewaytest.Still(eve))
		if err := d.DB.Write.Exec("UPDATE district SET time_zone = 'America/Chicago'").Error; err != nil {
			t.Fatal(err)
		}
		govern(t, d, "alexandria", `hide contains "users.grades" if input.day >= "2025-12-20"`)
		shows := func(client *gatewaytest.Client) bool {
			return strings.Contains(string(client.Get("/students").Raw), `"grades"`)
		}
		asking := []*gatewaytest.Client{d.As("alexandria"), d.Replica().As("alexandria")}
		for _, client := range asking {
			if !shows(client) {
				t.Error("the grades are gone on the day before")
			}
		}
		d.Clock.Pass(30 * time.Minute)
		if err := d.Apps.BeginDay(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, client := range asking {
			if shows(client) {
				t.Error("the grades are still there on the day")
			}
		}
	})
}
