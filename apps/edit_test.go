package apps_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

var (
	on  = true
	off = false
)

// editKeys is what the imports of these tests found.
func editKeys() []roster.Key {
	gone := key("migrantStatus")
	gone.Present = false
	return []roster.Key{
		key("homeLanguage"), key("a.b"), gone, reviewed(idType("StateID")), idType("SSN"), accepted(idType("LDAP")), idType("ada@example.org"),
		{Entity: "users", Bag: catalog.Metadata, Name: "schoolNumber", Present: true},
	}
}

// reviewed is a key that was reviewed for the app, and so has an accepted name.
func reviewed(k roster.Key) roster.Key {
	k.Reviewed = true
	return accepted(k)
}

func accepted(k roster.Key) roster.Key {
	k.Accepted = true
	return k
}

// start is what most edits begin with: users open with some ticks, demographics
// off with a tick and a key behind each switch.
func start() policy.Grant {
	return policy.Grant{Entities: map[string]policy.EntityGrant{
		"users":        {Open: true, Fields: []string{"givenName", "email"}, Masks: map[string]policy.Mask{"familyName": policy.Initial}},
		"demographics": {Fields: []string{"sex"}, Keys: []string{"iepStatus"}},
	}}
}

// ticks writes what a grant says in a line per entity, so that tables can be read.
func ticks(g policy.Grant) string {
	var lines []string
	for _, e := range catalog.Entities() {
		granted, ok := g.Entities[e.Plural]
		if !ok {
			continue
		}
		words := []string{e.Plural, map[bool]string{true: "on", false: "off"}[granted.Open]}
		words = append(words, granted.Fields...)
		for _, f := range e.Fields {
			if mask, ok := granted.Masks[f.Name]; ok {
				words = append(words, f.Name+"="+string(mask))
			}
		}
		for _, name := range granted.Types {
			words = append(words, "type:"+name)
		}
		if granted.Metadata {
			words = append(words, "metadata")
		}
		for _, name := range granted.Keys {
			words = append(words, "key:"+name)
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, "\n")
}

const (
	usersAsBefore        = "users on givenName email familyName=initial"
	demographicsAsBefore = "demographics off sex key:iepStatus"
)

func TestEdits(t *testing.T) {
	for _, story := range []struct {
		name  string
		edit  apps.Edit
		want  string
		seen  string // names of the keys to review
		notes string // parts of the notes, in order, with | between
	}{
		{"nothing", apps.Edit{}, usersAsBefore + "\n" + demographicsAsBefore, "", ""},
		{"a field is shared", apps.Edit{Share: []string{"users.phone"}}, "users on givenName email phone familyName=initial\n" + demographicsAsBefore, "", ""},
		{"sharing twice is sharing", apps.Edit{Share: []string{"users.email", "users.email"}}, usersAsBefore + "\n" + demographicsAsBefore, "", ""},
		{"sharing takes the mask off", apps.Edit{Share: []string{"users.familyName"}}, "users on givenName familyName email\n" + demographicsAsBefore, "", ""},
		{"masking takes the tick off", apps.Edit{Mask: []string{"users.givenName=initial"}}, "users on email givenName=initial familyName=initial\n" + demographicsAsBefore, "", ""},
		{
			"a mask without a name is the strongest",
			apps.Edit{Mask: []string{"users.email", "demographics.birthDate"}},
			"users on givenName familyName=initial email=pseudonym\ndemographics off sex birthDate=year key:iepStatus", "", "demographics.birthDate stays hidden",
		},
		{"hiding takes both off", apps.Edit{Hide: []string{"users.familyName", "users.email", "users.phone"}}, "users on givenName\n" + demographicsAsBefore, "", ""},
		{"hiding an entity keeps its ticks", apps.Edit{Hide: []string{"users"}}, "users off givenName email familyName=initial\n" + demographicsAsBefore, "", ""},
		{"sharing an entity brings them back", apps.Edit{Share: []string{"demographics"}}, usersAsBefore + "\ndemographics on sex key:iepStatus", "", ""},
		{"an entity that was never granted", apps.Edit{Share: []string{"orgs"}}, "orgs on\n" + usersAsBefore + "\n" + demographicsAsBefore, "", ""},
		{"demographics on", apps.Edit{Demographics: &on}, usersAsBefore + "\ndemographics on sex key:iepStatus", "", ""},
		{"metadata on", apps.Edit{Metadata: map[string]bool{"demographics": true}}, usersAsBefore + "\ndemographics off sex metadata key:iepStatus", "", ""},
		{
			"a key behind open switches",
			apps.Edit{Demographics: &on, Metadata: map[string]bool{"demographics": true}, Share: []string{"demographics.metadata.homeLanguage"}},
			usersAsBefore + "\ndemographics on sex metadata key:homeLanguage key:iepStatus", "demographics.metadata.homeLanguage", "",
		},
		{
			"a key behind closed switches",
			apps.Edit{Share: []string{"demographics.metadata.homeLanguage"}},
			usersAsBefore + "\ndemographics off sex key:homeLanguage key:iepStatus", "demographics.metadata.homeLanguage",
			"until demographics are switched on|until the metadata of demographics is switched on",
		},
		{
			"a key with a dot in it",
			apps.Edit{Demographics: &on, Metadata: map[string]bool{"demographics": true}, Share: []string{"demographics.metadata.a.b"}},
			usersAsBefore + "\ndemographics on sex metadata key:a.b key:iepStatus", "demographics.metadata.a.b", "",
		},
		{
			"a key that vanished",
			apps.Edit{Demographics: &on, Metadata: map[string]bool{"demographics": true}, Share: []string{"demographics.metadata.migrantStatus"}},
			usersAsBefore + "\ndemographics on sex metadata key:iepStatus key:migrantStatus", "demographics.metadata.migrantStatus", "until the roster has it again",
		},
		{"a key that only the grant knows can be hidden", apps.Edit{Hide: []string{"demographics.metadata.iepStatus"}}, usersAsBefore + "\ndemographics off sex", "", ""},
		{
			"identifiers with the types that were reviewed for the app",
			apps.Edit{Share: []string{"users.userIds"}},
			"users on userIds givenName email familyName=initial type:StateID\n" + demographicsAsBefore, "",
			"users.userIds is shared with the types StateID. The roster also has LDAP, 2 types whose names nobody has accepted; name each that the app may have, as users.userIds.TYPE.",
		},
		{
			"one type brings its field, and no other type",
			apps.Edit{Share: []string{"users.userIds.StateID"}},
			"users on userIds givenName email familyName=initial type:StateID\n" + demographicsAsBefore, "users.userIds.StateID", "",
		},
		{"a structural field needs no tick", apps.Edit{Share: []string{"users.role"}}, usersAsBefore + "\n" + demographicsAsBefore, "", "users.role needs no tick"},
		{"a password is hidden anyway", apps.Edit{Hide: []string{"users.password"}}, usersAsBefore + "\n" + demographicsAsBefore, "", ""},
	} {
		t.Run(story.name, func(t *testing.T) {
			grant := start()
			edited, err := story.edit.Apply(grant, editKeys())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(story.want, ticks(edited.Grant)); diff != "" {
				t.Error(diff)
			}
			if got := names(edited.Seen); got != story.seen {
				t.Errorf("to review: %q; want %q", got, story.seen)
			}
			wantNotes(t, edited.Notes, story.notes)
			if diff := cmp.Diff(start(), grant); diff != "" {
				t.Errorf("the edit changed the grant that it was given: %s", diff)
			}
		})
	}
}

func names(members []catalog.Member) string {
	var all []string
	for _, m := range members {
		all = append(all, fmt.Sprintf("%s.%s.%s", m.Entity, m.Bag, m.Name))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func wantNotes(t *testing.T, notes []string, want string) {
	t.Helper()
	var parts []string
	if want != "" {
		parts = strings.Split(want, "|")
	}
	if len(parts) != len(notes) {
		t.Fatalf("notes %q; want %q", notes, parts)
	}
	for i, part := range parts {
		if !strings.Contains(notes[i], part) {
			t.Errorf("note %q; want %q in it", notes[i], part)
		}
	}
}

func TestRefusedEdits(t *testing.T) {
	share := func(names ...string) apps.Edit { return apps.Edit{Share: names} }
	mask := func(names ...string) apps.Edit { return apps.Edit{Mask: names} }
	hide := func(names ...string) apps.Edit { return apps.Edit{Hide: names} }
	for _, story := range []struct {
		edit apps.Edit
		want string
	}{
		{share("users.Email"), `nothing is called "users.Email"; did you mean users.email`},
		{share("users.emial"), "did you mean users.email"},
		{share("user.email"), "did you mean users.email"},
		{share("usres"), "did you mean users"},
		{share("email"), "did you mean users.email"},
		{share("homeLanguage"), "did you mean demographics.metadata.homeLanguage?"},
		{share("demographics.homeLanguage"), "did you mean demographics.metadata.homeLanguage?"},
		{share("users.metadata.homeLanguage"), "did you mean demographics.metadata.homeLanguage?"},
		{share("demographics.metadata.homelanguage"), "did you mean demographics.metadata.homeLanguage?"},
		{share("demographics.metadata.homeLangage"), "did you mean demographics.metadata.homeLanguage?"},
		{share("demographics.metadata.iepStatus"), `no import has brought "demographics.metadata.iepStatus"`},
		{share("demographics.metadata"), "is a switch, not a field"},
		{share("demographics.metadata."), `nothing is called "demographics.metadata."`},
		{share("users.userIds.stateId"), "did you mean users.userIds.StateID?"},
		{share("users.email.StateID"), `nothing is called "users.email.StateID"`},
		{share("users.password"), "users.password is a credential: it is never stored and cannot be shared"},
		{share("userProfiles.password"), "is a credential"},
		{share("classResources"), "has no switch of its own"},
		{share(""), `nothing is called ""`},
		{share(strings.Repeat("x", 500)), "xxx..."},
		{mask("users.password"), "is a credential"},
		{mask("users.role"), "users.role cannot be masked"},
		{mask("users.grades"), "users.grades cannot be masked"},
		{mask("users.userIds"), "users.userIds cannot be masked"},
		{mask("users.userIds.StateID"), "only fields can"},
		{mask("demographics.metadata.homeLanguage"), "only fields can"},
		{mask("users"), "only fields can"},
		{mask("users.email=year"), "can be masked by initial, pseudonym, constant only"},
		{mask("users.email=hash"), "can be masked by initial, pseudonym, constant only"},
		{mask("demographics.birthDate=initial"), "can be masked by year only"},
		{hide("users.role"), "users.role holds the roster together and cannot be hidden alone: hide users as a whole"},
		{hide("users.sourcedId"), "hide users as a whole"},
		{hide("demographics.metadata.iepstatus"), `nothing is called "demographics.metadata.iepstatus"`},
		{hide("roles"), "has no switch of its own"},
		{apps.Edit{Share: []string{"users.email"}, Hide: []string{"users.email"}}, "users.email cannot be both shared and hidden"},
		{apps.Edit{Mask: []string{"users.email=initial"}, Hide: []string{"users.email"}}, "users.email cannot be both masked and hidden"},
		{apps.Edit{Metadata: map[string]bool{"Users": true}}, "did you mean users?"},
		{apps.Edit{Metadata: map[string]bool{"classResources": true}}, "carry no metadata"},
		{apps.Edit{Roles: &policy.Among{Only: []string{"Student"}}}, "did you mean student?"},
	} {
		edited, err := story.edit.Apply(start(), editKeys())
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), story.want) {
			t.Errorf("%+v: %v; want %q", story.edit, err, story.want)
		}
		if strings.Contains(fmt.Sprint(err), "password or") {
			t.Errorf("a credential is suggested: %v", err)
		}
		if err != nil && len(edited.Seen) > 0 {
			t.Errorf("%+v: a refused edit reviews %v", story.edit, edited.Seen)
		}
	}
}

func TestOffAndOnAgainKeepsTheTicks(t *testing.T) {
	grant := start()
	for _, edit := range []apps.Edit{
		{Demographics: &on, Metadata: map[string]bool{"demographics": true}},
		{Demographics: &off, Metadata: map[string]bool{"demographics": false}},
		{Hide: []string{"users"}},
		{Share: []string{"users"}},
	} {
		grant = must[apps.Edited](t)(edit.Apply(grant, editKeys())).Grant
	}
	if diff := cmp.Diff(start(), grant, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestIdentifiersThatWereHiddenDoNotComeBackWithOneType(t *testing.T) {
	grant := start()
	for _, edit := range []apps.Edit{
		{Share: []string{"users.userIds"}},
		{Hide: []string{"users.userIds"}},
		{Share: []string{"users.userIds.StateID"}},
	} {
		grant = must[apps.Edited](t)(edit.Apply(grant, editKeys())).Grant
	}
	if got := grant.Entities["users"].Types; !slices.Equal(got, []string{"StateID"}) {
		t.Errorf("the types are %v", got)
	}
}

// What is said of the types of identifiers is said once all that was named is known.
func TestTypesThatAreNamedBesideTheirFieldAreNotMissed(t *testing.T) {
	for _, names := range [][]string{{"users.userIds", "users.userIds.StateID", "users.userIds.LDAP"}, {"users.userIds.LDAP", "users.userIds", "users.userIds.StateID"}} {
		keys := editKeys()
		for i := range keys {
			keys[i].Reviewed = false
		}
		edited := must[apps.Edited](t)(apps.Edit{Share: names}.Apply(policy.Grant{}, keys))
		want := "users.userIds is shared with the types StateID, LDAP. The roster also has 2 types whose names nobody has accepted; name each that the app may have, as users.userIds.TYPE."
		if said := strings.Join(edited.Notes, "\n"); !slices.Contains(edited.Notes, want) || strings.Contains(said, "shares nothing yet") {
			t.Errorf("%q says %q", names, said)
		}
	}
}

func TestIdentifiersOfWhichTheRosterHasNone(t *testing.T) {
	edited, err := apps.Edit{Share: []string{"users.userIds"}}.Apply(start(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantNotes(t, edited.Notes, "shares nothing yet")
}

func TestEditsOfTheScopeTheEndAndThePurpose(t *testing.T) {
	until, purpose := time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC), "Pilot"
	some := func(only ...string) *policy.Among { return &policy.Among{Only: only} }
	edited, err := apps.Edit{
		Orgs: some("school-1"), Courses: &policy.Among{All: true}, Roles: some("student"), Grades: some("09"),
		Unenrolled: &on, Guardians: &on, Until: &until, Purpose: &purpose,
	}.Apply(policy.Grant{Basis: "contract 12"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := policy.Grant{
		Entities: map[string]policy.EntityGrant{},
		Scope: policy.Scope{
			Orgs: *some("school-1"), Courses: policy.Among{All: true}, Roles: *some("student"), Grades: *some("09"),
			Unenrolled: true, Guardians: true,
		},
		Until: until, Purpose: purpose, Basis: "contract 12",
	}
	if diff := cmp.Diff(want, edited.Grant); diff != "" {
		t.Error(diff)
	}
	undone, err := apps.Edit{Guardians: &off, Until: &time.Time{}}.Apply(edited.Grant, nil)
	if err != nil || undone.Grant.Scope.Guardians || !undone.Grant.Until.IsZero() || !undone.Grant.Scope.Unenrolled {
		t.Errorf("undone: %+v, err %v", undone.Grant, err)
	}
}

func TestSharingAKeyOfAnAppMadeBeforeTheImportShowsIt(t *testing.T) {
	each(t, func(t *testing.T, d district) {
		d.add("amplify")
		d.seen(key("homeLanguage"), key("iepStatus"))
		current, err := d.Grant(d.ctx, "amplify")
		d.check(err)
		keys, err := d.Keys(d.ctx, "amplify")
		d.check(err)
		edited, err := apps.Edit{Share: []string{"demographics.metadata.homeLanguage"}}.Apply(current.Grant, keys)
		d.check(err)
		wantNotes(t, edited.Notes, "")
		_, err = d.SaveGrant(d.ctx, "amplify", current.Version, edited.Grant, ada, edited.Seen...)
		d.check(err)
		if diff := cmp.Diff([]string{"homeLanguage"}, d.reviewed("amplify")); diff != "" {
			t.Error(diff)
		}
	})
}
