package gateway_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database/dbtest"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/policy"
)

// ada is the person who looks.
const ada = "ada@example.org"

func preview(t testing.TB, g *gatewaytest.Gateway, p gateway.PreviewRequest) gateway.Preview {
	t.Helper()
	p.Actor = ada
	shown, err := g.Server.Preview(context.Background(), p)
	if err != nil {
		t.Fatalf("preview %s %q as %s: %v", p.Entity, p.Record, p.App, err)
	}
	return shown
}

// sameAnswer fails where a preview is not what the app got, but for our ids of the
// requests.
func sameAnswer(t testing.TB, what string, shown gateway.Preview, got gatewaytest.Answer) {
	t.Helper()
	body := bytes.ReplaceAll(shown.Body, []byte(shown.RequestID), []byte(got.RequestID()))
	if shown.Status != got.Status || !bytes.Equal(body, got.Raw) || shown.Revision != got.Header.Get("X-Perm-Rev") {
		t.Errorf("%s: the preview is %d %s\n%s\nand the app got %d %s\n%s", what, shown.Status, shown.Revision, body, got.Status, got.Header.Get("X-Perm-Rev"), got.Raw)
	}
}

func TestAPreviewIsByteForByteWhatTheAppGets(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", masking("users.familyName=pseudonym", "users.givenName=initial", "users.email=constant"))
		d.Edit("alexandria", oneSchool(d))
		for _, v := range vendors() {
			c := d.As(v.app)
			for _, e := range served() {
				for _, id := range append(thin(d.Known(e.Plural), 4), "no-such-record") {
					shown := preview(t, d.Gateway, gateway.PreviewRequest{App: v.app, Entity: e.Plural, Record: id})
					sameAnswer(t, v.app+" "+e.Plural, shown, c.One(e.Plural, id))
					if _, path, _ := strings.Cut(shown.Path, gatewaytest.Base); path == shown.Path {
						t.Errorf("the path is %s", shown.Path)
					}
				}
			}
		}
	})
}

// siblings are two districts that an app cannot tell apart.
func siblings(t *testing.T, s dbtest.Store) (looked, other *gatewaytest.District) {
	settings := []gatewaytest.Setting{
		gatewaytest.Still(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)), gatewaytest.PublicURL("https://roster.example.org"),
	}
	return gatewaytest.Start(t, s, settings...), gatewaytest.Start(t, dbtest.New(t, s.DB.Dialect), settings...)
}

func TestAPreviewLeavesNoTraceThatTheAppCouldNotice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		looked, other := siblings(t, s)
		both := []*gatewaytest.District{looked, other}
		peek := func() {
			shown := 0
			for _, v := range vendors() {
				for _, e := range thin(served(), 4) {
					for _, id := range thin(looked.Known(e.Plural), 1) {
						p := gateway.PreviewRequest{App: v.app, Entity: e.Plural, Record: id}
						preview(t, looked.Gateway, p)
						p.Grant = &policy.Grant{Scope: policy.Everyone(), Entities: map[string]policy.EntityGrant{e.Plural: {Open: true}}}
						preview(t, looked.Gateway, p)
						shown += 2
					}
				}
			}
			onlyPreviews(t, looked, shown)
			for _, d := range both {
				d.Clock.Pass(time.Hour)
			}
		}
		before := map[string][2]glance{}
		compare := func(when string) {
			t.Helper()
			for _, v := range vendors() {
				one, two := look(looked.As(v.app), v, true), look(other.As(v.app), v, true)
				different, _ := one.withoutRevision().differs(two.withoutRevision())
				// Each district draws marks of its own; what an app notices is that one moved.
				_, movedOne := before[v.app][0].differs(one)
				_, movedTwo := before[v.app][1].differs(two)
				if different || movedOne != movedTwo {
					t.Errorf("%s: %s notices that somebody looked in its place", when, v.app)
				}
				before[v.app] = [2]glance{one, two}
			}
		}
		peek()
		compare("before its first request")
		for _, d := range both {
			d.Edit("amplify", apps.Edit{Hide: []string{"users.email"}, Share: []string{"users.middleName"}})
			d.Edit("schoolinks", oneSchool(d))
		}
		peek()
		compare("after a change of its grant")
		for _, d := range both {
			d.Edit("schoolinks", apps.Edit{Orgs: &policy.Among{All: true}})
		}
		peek()
		compare("after it gained records")
	})
}

// onlyPreviews wants the ledger to end with so many previews and
// nothing else.
func onlyPreviews(t *testing.T, d *gatewaytest.District, n int) {
	t.Helper()
	var latest []audit.Entry
	if err := d.Store.Ledger.Read.Where("kind <> ?", audit.KindChange).Order("id DESC").Limit(n + 1).Find(&latest).Error; err != nil {
		t.Fatal(err)
	}
	previews := slices.IndexFunc(latest, func(e audit.Entry) bool { return e.Door != audit.DoorPreview || e.Actor != ada })
	if previews < 0 {
		previews = len(latest)
	}
	if previews != n {
		t.Errorf("the ledger ends with %d previews of %s, wanted %d", previews, ada, n)
	}
}

func TestAPreviewIsOnRecordAsOneAndNotAsSomethingThatTheAppReceived(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		student := d.As("alexandria").Get("/students?limit=1").Records()[0].ID()
		got := entry(t, d, d.As("alexandria").One("users", student), audit.KindDisclosure)
		shown := preview(t, d.Gateway, gateway.PreviewRequest{App: "alexandria", Entity: "users", Record: student})
		e := d.Entries(shown.RequestID)[0]
		if e.Door != audit.DoorPreview || e.Actor != ada || e.App != "alexandria" || e.Route != "/users/{id}" || e.Reason != "" || !slices.Equal(d.Sent(e), []string{student}) {
			t.Errorf("on record: %+v", e)
		}
		if !slices.Equal(e.Fields, got.Fields) || !slices.Equal(e.Types, got.Types) || e.Permission != got.Permission || e.Generation != got.Generation {
			t.Errorf("the preview is on record as %+v, the app's answer as %+v", e, got)
		}
		refused := preview(t, d.Gateway, gateway.PreviewRequest{App: "alexandria", Entity: "users", Record: "no-such-record"})
		if e := d.Entries(refused.RequestID)[0]; e.Kind != audit.KindRefusal || e.Door != audit.DoorPreview || e.Actor != ada || e.Status != http.StatusNotFound {
			t.Errorf("a refusal is on record as %+v", e)
		}

		about, err := d.Roster.About(context.Background(), student)
		if err != nil {
			t.Fatal(err)
		}
		var doors []string
		ask := audit.Question{App: "alexandria", Field: "users.givenName", About: about}
		if err := d.Ledger.Disclosures(context.Background(), ask, func(e audit.Entry) error { doors = append(doors, e.Door+" "+e.Actor); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(doors, []string{"rest-1.1 ", "rest-1.1 ", "preview " + ada}) {
			t.Errorf("who asks about the student finds %q", doors)
		}
		last, err := d.Ledger.Latest(context.Background(), audit.KindDisclosure, audit.Question{App: "alexandria", Received: true}, 1)
		if err != nil || len(last) != 1 || last[0].RequestID != got.RequestID {
			t.Errorf("the app last received %+v, %v", last, err)
		}
	})
}

func TestWithoutALedgerNothingIsPreviewed(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		student := d.As("amplify").Get("/students?limit=1").Records()[0].ID()
		closed, lost := d.Replica(), d.Replica()
		closed.Ledger.Close()
		lost.LoseLedger()
		for _, g := range []*gatewaytest.Gateway{closed, lost} {
			for _, id := range []string{student, "no-such-record"} {
				shown, err := g.Server.Preview(context.Background(), gateway.PreviewRequest{App: "amplify", Actor: ada, Entity: "users", Record: id})
				if err == nil || len(shown.Body) > 0 || shown.Status != 0 {
					t.Errorf("shown are %d %s, %v", shown.Status, shown.Body, err)
				}
			}
		}
		_, err := closed.Server.Preview(context.Background(), gateway.PreviewRequest{App: "amplify", Actor: ada, Entity: "users", Record: student})
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestAPreviewSaysWhyARecordIsMissing(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		all := d.As("amplify").Walk("/students?limit=100")
		d.Edit("amplify", oneSchool(d))
		seen := byID(d.As("amplify").Walk("/students?limit=100"))
		for _, r := range all {
			shown := preview(t, d.Gateway, gateway.PreviewRequest{App: "amplify", Entity: "users", Record: r.ID()})
			_, reached := seen[r.ID()]
			switch {
			case shown.Reach.In != reached || (shown.Status == http.StatusOK) != reached:
				t.Errorf("%d, in the view is %t, wanted %t", shown.Status, shown.Reach.In, reached)
			case shown.Reach.Says == "" || !reached && shown.Reach.Code != "enrolled_elsewhere" && shown.Reach.Code != "org":
				t.Errorf("the reason is %+v", shown.Reach)
			}
		}
		shown := preview(t, d.Gateway, gateway.PreviewRequest{App: "eduready360", Entity: "demographics", Record: all[0].ID()})
		if one := shown.Decision.Entities["demographics"]; shown.Status != http.StatusForbidden || one.Allow || one.Reason == "" || shown.Reach.Code != "" {
			t.Errorf("an entity that was not granted: %d, %+v, %+v", shown.Status, one, shown.Reach)
		}
	})
}

func TestAPreviewOfAnAppThatIsNotEnabledShowsWhatItWouldGet(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		student := c.Get("/students?limit=1").Records()[0].ID()
		if err := d.Apps.Suspend(context.Background(), "amplify", apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		shown := preview(t, d.Gateway, gateway.PreviewRequest{App: "amplify", Entity: "users", Record: student})
		if got := c.One("users", student); got.Status != http.StatusUnauthorized || shown.Status != http.StatusOK || !bytes.Contains(shown.Body, []byte(`"familyName"`)) {
			t.Errorf("the app gets %d, the preview is %d %s", got.Status, shown.Status, shown.Body)
		}
		if err := d.Apps.Enable(context.Background(), "amplify", apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		sameAnswer(t, "enabled again", shown, c.One("users", student))
	})
}

func TestAPreviewOfAGrantThatIsNotSavedIsWhatTheAppGetsOnceItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
		t.Parallel()
		d := gatewaytest.Start(t, s, gatewaytest.Still(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)))
		c := d.As("schoolinks")
		student := c.Get("/students?limit=1").Records()[0].ID()
		for _, e := range served() {
			c.Get("/" + e.Plural) // so that there is something to date a difference against
		}
		before := impersonal(c.One("users", student))
		d.Clock.Pass(time.Minute)
		saved, err := d.Apps.Grant(context.Background(), "schoolinks")
		if err != nil {
			t.Fatal(err)
		}
		next := saved.Grant.Clone()
		next.Entities["demographics"] = policy.EntityGrant{Open: true, Fields: []string{"birthDate"}, Metadata: true, Keys: []string{"homeLanguage"}}
		users := next.Entities["users"]
		users.Masks = map[string]policy.Mask{"familyName": policy.Initial}
		users.Fields = slices.DeleteFunc(users.Fields, func(f string) bool { return f == "email" || f == "familyName" })
		next.Entities["users"] = users

		foreseen := map[string]gateway.Preview{}
		for _, plural := range []string{"users", "demographics"} {
			foreseen[plural] = preview(t, d.Gateway, gateway.PreviewRequest{App: "schoolinks", Entity: plural, Record: student, Grant: &next})
			if e := d.Entries(foreseen[plural].RequestID)[0]; e.Reason == "" {
				t.Error("the ledger does not tell that the grant was not saved")
			}
		}
		if now := impersonal(c.One("users", student)); now != before {
			t.Errorf("looking changed what the app gets: %s, and before %s", now, before)
		}
		if _, err := d.Apps.SaveGrant(context.Background(), "schoolinks", saved.Version, next, apps.By{Actor: "cli:test"}); err != nil {
			t.Fatal(err)
		}
		for plural, shown := range foreseen {
			got := c.One(plural, student)
			shown.Revision = got.Header.Get("X-Perm-Rev") // has the mark of the save, which nobody can foresee
			sameAnswer(t, plural+" once saved", shown, got)
		}
	})
}

func TestAPreviewTakesNothingOfTheAppsRate(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, "sqlite"), gatewaytest.Rate(1), gatewaytest.Still(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)))
	student := d.Known("users")[0]
	for range 20 {
		preview(t, d.Gateway, gateway.PreviewRequest{App: "amplify", Entity: "users", Record: student})
	}
	c := d.As("amplify") // asking for a token counts, too
	want(t, c.Get("/orgs"), http.StatusOK)
	want(t, c.Get("/orgs"), http.StatusTooManyRequests)
	preview(t, d.Gateway, gateway.PreviewRequest{App: "amplify", Entity: "users", Record: student})
}

func TestOnlyARecordOfAKnownAppAndEntityIsPreviewed(t *testing.T) {
	d := gatewaytest.Start(t, dbtest.New(t, "sqlite"))
	for _, p := range []gateway.PreviewRequest{
		{App: "nobody", Entity: "users", Record: "x"},
		{App: "amplify", Entity: "nothing", Record: "x"},
		{App: "amplify", Entity: "roles", Record: "x"},
		{App: "amplify", Entity: string(catalog.Metadata), Record: "x"},
		{App: "amplify", Entity: "users", Record: ""},
		{App: "amplify", Entity: "users", Record: "a\x00b"},
		{App: "amplify", Entity: "users", Record: "\xff"},
	} {
		if shown, err := d.Server.Preview(context.Background(), p); !fault.Is(err, fault.NotFound) || shown.Body != nil {
			t.Errorf("%+v: %d, %v", p, shown.Status, err)
		}
	}
}
