package gateway_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// scene is a gateway that has answered before, an app's token from before, and
// another process on the same database.
type scene struct {
	*gatewaytest.Client
	app       string
	t         *testing.T
	d         *gatewaytest.District
	elsewhere *gatewaytest.Gateway
}

// stage prepares a scene in which the app has walked the lists already.
func stage(t *testing.T, d *gatewaytest.District, elsewhere *gatewaytest.Gateway, app string, walked ...string) scene {
	t.Helper()
	s := scene{Client: d.As(app), app: app, t: t, d: d, elsewhere: elsewhere}
	for _, path := range walked {
		s.Walk(path)
	}
	return s
}

// do makes a change in the other process.
func (s scene) do(change func(context.Context, string, apps.By) error) {
	s.t.Helper()
	if err := change(context.Background(), s.app, apps.By{Actor: "cli:ada", Reason: "the board decided so"}); err != nil {
		s.t.Fatal(err)
	}
}

// edit changes the app's grant in the other process.
func (s scene) edit(edit apps.Edit) {
	s.t.Helper()
	s.elsewhere.Edit(s.app, edit)
}

// shows wants the members that the records of a list hold.
func (s scene) shows(path string, members ...string) {
	s.t.Helper()
	got := found(s.Walk(path))
	for _, name := range members {
		if !slices.Contains(append(got.members, got.keys...), name) {
			s.t.Errorf("%s does not show %s", path, name)
		}
	}
}

// hides wants members that no record of a list holds.
func (s scene) hides(path string, members ...string) {
	s.t.Helper()
	got := found(s.Walk(path))
	for _, name := range members {
		if slices.Contains(append(got.members, got.keys...), name) {
			s.t.Errorf("%s shows %s", path, name)
		}
	}
}

func off() *bool { return new(bool) }

func on() *bool {
	is := true
	return &is
}

func TestAPermissionSavedElsewhereHoldsForTheVeryNextAnswer(t *testing.T) {
	stories := map[string]func(s scene){
		"demographics off and on again": func(s scene) {
			before := s.Walk("/demographics")
			s.edit(apps.Edit{Demographics: off()})
			want(s.t, s.Get("/demographics"), 403)
			want(s.t, s.One("demographics", before[0].ID()), 403)
			s.shows("/users", "email")
			s.edit(apps.Edit{Demographics: on()})
			after := s.Walk("/demographics")
			sameSet(s.t, "members", found(after).members, found(before).members)
			sameSet(s.t, "keys", found(after).keys, found(before).keys)
			sameSet(s.t, "records", sorted(after), sorted(before))
		},
		"a field hidden": func(s scene) {
			s.edit(apps.Edit{Hide: []string{"users.email"}})
			s.hides("/users", "email")
			s.shows("/users", "username", "givenName")
			s.edit(apps.Edit{Share: []string{"users.email"}})
			s.shows("/users", "email")
		},
		"a field shared": func(s scene) {
			s.edit(apps.Edit{Share: []string{"users.sms"}})
			s.shows("/users", "sms")
		},
		"a key hidden": func(s scene) {
			s.edit(apps.Edit{Hide: []string{"demographics.metadata.homeLanguage"}})
			s.hides("/demographics", "homeLanguage")
			s.shows("/demographics", "iepStatus", "sex")
		},
		"a field masked": func(s scene) {
			s.edit(apps.Edit{Mask: []string{"users.familyName=constant"}})
			for _, u := range s.Walk("/users") {
				if u["familyName"] != "withheld" {
					s.t.Fatalf("a family name is shown as %v", u["familyName"])
				}
			}
		},
		"one school only": func(s scene) {
			all := len(s.Walk("/classes"))
			s.edit(oneSchool(s.d))
			if few := len(s.Walk("/classes")); few == 0 || few >= all {
				s.t.Errorf("of %d classes, one school has %d", all, few)
			}
		},
		"suspended and enabled": func(s scene) {
			s.do(s.elsewhere.Apps.Suspend)
			want(s.t, s.Get("/users"), 401)
			s.do(func(ctx context.Context, app string, by apps.By) error { return s.elsewhere.Apps.Enable(ctx, app, by) })
			s.shows("/users", "email")
		},
		"rotated": func(s scene) {
			s.do(func(ctx context.Context, app string, by apps.By) (err error) {
				s.d.Credentials[app], err = s.elsewhere.Apps.Rotate(ctx, app, by)
				return err
			})
			want(s.t, s.Get("/users"), 401)
			want(s.t, s.d.As(s.app).Get("/users"), 200)
		},
		"a grant that ends": func(s scene) {
			until := s.d.Clock.Now().Add(10 * time.Minute)
			s.edit(apps.Edit{Until: &until})
			s.shows("/users", "email")
			s.d.Clock.Pass(11 * time.Minute)
			want(s.t, s.Get("/users"), 403)
			want(s.t, s.Get("/orgs"), 403)
			until = until.Add(time.Hour)
			s.edit(apps.Edit{Until: &until})
			s.shows("/users", "email")
		},
		"a token that ends": func(s scene) {
			s.d.Clock.Pass(apps.TokenLife)
			want(s.t, s.Get("/users"), 401)
		},
	}
	each(t, func(t *testing.T, d *gatewaytest.District) {
		elsewhere := d.Replica()
		for name, story := range stories {
			app := strings.ReplaceAll(name, " ", "-")
			d.Register(app, "amplify")
			t.Run(name, func(t *testing.T) { story(stage(t, d, elsewhere, app, "/users", "/demographics")) })
		}
	})
}

func TestGuardiansAreGoneWithTheNextAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		s := stage(t, d, d.Replica(), "alexandria", "/users")
		s.shows("/users", "agents")
		guardian := d.Guardian()
		want(t, s.One("users", guardian), 200)
		s.edit(apps.Edit{Guardians: off()})
		want(t, s.One("users", guardian), 404)
		// Nobody is left whom an agent could be.
		s.hides("/users", "agents")
	})
}

// What a replica answers obeys whichever replica a permission was saved on, and
// the last of several.
func TestReplicasAgreeAfterEverySave(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		doors := []*gatewaytest.Gateway{d.Gateway, d.Replica()}
		token := d.Token("amplify")
		for i := range 6 {
			edit := apps.Edit{Hide: []string{"users.email"}}
			if i%2 == 1 {
				edit = apps.Edit{Share: []string{"users.email"}}
			}
			doors[i/2%2].Edit("amplify", edit)
			for _, door := range doors {
				got := found(door.Bearer(token).Get("/users?limit=100").Records())
				if slices.Contains(got.members, "email") != (i%2 == 1) {
					t.Errorf("after save %d, %s shows %q", i, door.URL, got.members)
				}
			}
		}
	})
}
