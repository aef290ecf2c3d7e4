package gateway_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
	"github.com/rostergate/rostergate/manners"
)

// answers changes how an app is answered.
func answers(t *testing.T, d *gatewaytest.District, app string, e manners.Edit) {
	t.Helper()
	registry := manners.Registry{DB: d.DB}
	if _, err := registry.Set(context.Background(), app, e, apps.By{Actor: "cli:ada"}); err != nil {
		t.Fatal(err)
	}
}

func word(text string) *string { return &text }

// every is an edit that turns on all that there is.
func every() manners.Edit {
	return manners.Edit{Booleans: word(manners.Native), Empty: word(manners.Sent), UnknownFields: word(manners.Tolerated), Message: word("Call us.")}
}

func TestBooleansAreJSONsOwnWhereTheImporterTakesNothingElse(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		replica := d.Replica()
		c := d.As("amplify")
		elsewhere := replica.Bearer(c.Token)
		usual := want(t, elsewhere.Get("/users"), 200)
		answers(t, d, "amplify", manners.Edit{Booleans: word(manners.Native)})
		for _, one := range []*gatewaytest.Client{c, elsewhere, c.In12(), elsewhere.In12()} {
			users, demographics := string(want(t, one.Get("/users"), 200).Raw), string(want(t, one.Get("/demographics"), 200).Raw)
			if !strings.Contains(users, `"enabledUser":true`) || !strings.Contains(users, `"enabledUser":false`) || !strings.Contains(demographics, `"white":true`) {
				t.Errorf("%s: booleans are no JSON: %s%s", one.Base, users, demographics)
			}
			for _, text := range []string{`"true"`, `"false"`} {
				if strings.Contains(users+demographics, text) {
					t.Errorf("%s: %s is sent", one.Base, text)
				}
			}
			if got := sorted(one.Get("/users?filter=enabledUser='false'").Records()); !slices.Equal(got, []string{"ben"}) {
				t.Errorf("%s: a filter finds %q", one.Base, got)
			}
		}
		now := elsewhere.Get("/users")
		if now.Header.Get("X-Perm-Rev") != usual.Header.Get("X-Perm-Rev") || now.Header.Get("ETag") == usual.Header.Get("ETag") {
			t.Error("the permissions are others by it, or the bytes are not")
		}
		if other := string(d.As("schoolinks").Get("/users").Raw); !strings.Contains(other, `"enabledUser":"true"`) {
			t.Errorf("another app is answered alike: %s", other)
		}
		answers(t, d, "amplify", manners.Edit{Booleans: word(manners.Strings)})
		if diff := cmp.Diff(string(usual.Raw), string(elsewhere.Get("/users").Raw)); diff != "" {
			t.Errorf("back again: %s", diff)
		}
	})
}

func TestWhatIsEmptyIsSentOfWhatTheAppMaySeeAlone(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		d.Edit("amplify", apps.Edit{Mask: []string{"users.familyName=initial"}, Share: []string{"users.sms"}})
		c := d.As("amplify")
		before := c.One("users", "rosa").Records()[0]
		if _, sent := before["identifier"]; sent {
			t.Fatal("rosa has an identifier, and the test shows nothing")
		}
		answers(t, d, "amplify", manners.Edit{Empty: word(manners.Sent)})
		for _, one := range []*gatewaytest.Client{c, c.In12()} {
			lin := want(t, one.One("users", "lin"), 200).Records()[0]
			if lin["sms"] != "" || lin["familyName"] != "L." || lin["identifier"] != "5001" {
				t.Errorf("%s: %v", one.Base, lin)
			}
			class := want(t, one.One("classes", "algebra-a"), 200).Records()[0]
			if class["classCode"] != "" {
				t.Errorf("%s: a class without a code: %v", one.Base, class)
			}
			for _, hidden := range []string{"phone", "middleName", "userIds", "password", "agents"} {
				if _, sent := lin[hidden]; sent {
					t.Errorf("%s: %s is sent, which is hidden", one.Base, hidden)
				}
			}
			if _, sent := lin["grades"]; sent {
				t.Errorf("%s: an empty list is sent: %v", one.Base, lin)
			}
		}
		// A boolean of JSON has no empty value.
		d.Edit("amplify", apps.Edit{Share: []string{"demographics.birthDate"}})
		answers(t, d, "amplify", manners.Edit{Booleans: word(manners.Native)})
		if body := string(c.Get("/demographics").Raw); strings.Contains(body, `"white":""`) {
			t.Errorf("a boolean is a text: %s", body)
		}
	})
}

// Whatever the settings, what is hidden from an app shows nowhere: neither that there is a value
// nor that there is none.
func TestNoSettingTellsWhatIsHidden(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, preset := range []string{"amplify", "schoolinks"} {
			answers(t, d, preset, every())
		}
		look := func() map[string]string {
			all := map[string]string{}
			c := d.As("amplify")
			for _, one := range []*gatewaytest.Client{c, c.In12()} {
				version := catalog.V11
				if one.Base != "" {
					version = catalog.V12
				}
				for _, r := range catalog.Routes(version) {
					if len(r.Parents) > 0 || r.Single {
						continue
					}
					for _, query := range []string{"?limit=100", "?limit=100&fields=phone,birthDate,email,nothing"} {
						a := one.Get(r.Path + query)
						all[one.Base+r.Path+query] = string(a.Raw) + a.Header.Get("ETag") + a.Header.Get("X-Perm-Rev")
					}
				}
			}
			return all
		}
		messages := func(all map[string]string) map[string]string { // each refusal has the id of its request
			maps.DeleteFunc(all, func(_, body string) bool { return strings.Contains(body, "imsx_messageRefIdentifier") })
			return all
		}
		before := messages(look())
		p := cedar(t)
		p.Edit(t, "users.csv", "~ Ruiz,Soledad => Ruiz,\n~ carl@home.example,,555-0179 => carl@home.example,555-0180,\n~ pin-ana => \n~ Jo,Park,, => Jo,Park,Kim,")
		p.Edit(t, "demographics.csv", "~ 2017-03-02 => \n~ Fresno => \n~ afraid of dogs => ")
		d.Import(p.Folder(t))
		if diff := cmp.Diff(before, messages(look())); diff != "" || len(before) < 20 {
			t.Errorf("of %d answers (-before +after):\n%s", len(before), diff)
		}
	})
}

func TestUnknownNamesInFieldsArePassedOverWhereTheDistrictSaysSo(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify").In12()
		for _, asked := range []string{"sourcedId,phone", "sourcedId,nothing"} {
			want(t, c.Get("/users?fields="+asked), http.StatusBadRequest)
		}
		answers(t, d, "amplify", manners.Edit{UnknownFields: word(manners.Tolerated)})
		hidden, unknown := want(t, c.Get("/users?fields=sourcedId,phone"), 200), want(t, c.Get("/users?fields=sourcedId,nothing"), 200)
		if string(hidden.Raw) != string(unknown.Raw) || strings.Contains(string(hidden.Raw), "givenName") || strings.Contains(string(hidden.Raw), "imsx") {
			t.Errorf("a hidden name and an unknown one are told apart:\n%s\n%s", hidden.Raw, unknown.Raw)
		}
		want(t, c.Get("/users?filter=phone='1'"), http.StatusBadRequest)
	})
}

func TestAnAppIsToldHowItIsAnsweredAndWhatTheDistrictSays(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		c := d.As("amplify")
		usual := map[string]any{"booleans": "strings", "empty": "left-out", "unknown_fields": "refused"}
		told, _ := self(t, d, c, 200)
		if _, says := told["message"]; says || !cmp.Equal(told["answers"], any(usual)) {
			t.Errorf("at first it is told %v and %v", told["answers"], told["message"])
		}
		answers(t, d, "amplify", every())
		again, _ := self(t, d, c, 200)
		if all := map[string]any{"booleans": "native", "empty": "sent", "unknown_fields": "tolerated"}; again["message"] != "Call us." || !cmp.Equal(again["answers"], any(all)) {
			t.Errorf("then it is told %v and %v", again["answers"], again["message"])
		}
		if again["permissions_changed"] != told["permissions_changed"] || again["revision"] != told["revision"] {
			t.Error("it counts as a change of what the app may see")
		}
		if other, _ := self(t, d, d.As("schoolinks"), 200); other["message"] != nil {
			t.Errorf("another app is told %v", other["message"])
		}
		if err := d.Apps.Suspend(context.Background(), "amplify", apps.By{Actor: "cli:ada"}); err != nil {
			t.Fatal(err)
		}
		if idle, _ := self(t, d, c, 200); idle["message"] != "Call us." {
			t.Errorf("suspended, it is told %v", idle)
		}
	})
}

func TestAPreviewIsInTheFormThatTheAppIsAnsweredIn(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		answers(t, d, "amplify", every())
		shown, err := d.Server.Preview(context.Background(), gateway.PreviewRequest{App: "amplify", Actor: "ada@example.org", Entity: "users", Record: "ana"})
		if got := want(t, d.As("amplify").One("users", "ana"), 200); err != nil || string(shown.Body) != string(got.Raw) || !strings.Contains(string(got.Raw), `"enabledUser":true`) {
			t.Errorf("%v\n%s\n%s", err, shown.Body, got.Raw)
		}
	})
}
