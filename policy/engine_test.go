package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

func TestAnEmptyGrantSharesNothing(t *testing.T) {
	decision := decide(t, asking(policy.Grant{Scope: policy.Everyone()}))
	if !decision.Allow {
		t.Errorf("the app is denied: %v", decision.Reasons)
	}
	for name, e := range decision.Entities {
		if e.Allow || e.Reason == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if all := contents(planOf(t, asking(policy.Grant{}))); len(all) > 0 {
		t.Errorf("the plan has %v", all)
	}
}

func TestAnOpenEntityWithoutTicksSharesItsStructureOnly(t *testing.T) {
	plan := planOf(t, asking(bare()))
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			want := e.Served && f.Class == catalog.Structural
			if got := visible(plan, e.Plural, f.Name); got != want && e.Served {
				t.Errorf("%s.%s visible: %v", e.Plural, f.Name, got)
			}
		}
	}
}

func TestEverythingTickedIsEverythingButCredentialsAndIdentifiersWithoutTypes(t *testing.T) {
	plan := planOf(t, asking(full()))
	for _, e := range catalog.Entities() {
		for _, f := range e.Fields {
			want := f.Class != catalog.Credential && f.Kind != catalog.Identifiers
			if got := visible(plan, e.Plural, f.Name); got != want {
				t.Errorf("%s.%s visible: %v", e.Plural, f.Name, got)
			}
		}
	}
}

func TestATickSharesItsFieldAndNoOther(t *testing.T) {
	before := contents(planOf(t, asking(bare())))
	for round := range 30 {
		grant, ticked := bare(), []string{}
		for _, e := range catalog.Entities() {
			if round >= len(e.Fields) || e.Fields[round].Computed() {
				continue // a computed field opens what it shows, as the next test says
			}
			name := e.Fields[round].Name
			tick(grant, e.Plural, name)
			ticked = append(ticked, e.Plural+"."+name)
		}
		gained := beyond(before, contents(planOf(t, asking(grant))))
		if more := beyond(ticked, gained); len(more) > 0 {
			t.Errorf("ticks on %v also gave %v", ticked, more)
		}
	}
}

func TestWhatHasNoReadsOfItsOwnComesWithTheFieldThatShowsIt(t *testing.T) {
	for field, part := range map[string]string{
		"classes.resources":  "classResources",
		"courses.resources":  "courseResources",
		"users.resources":    "userResources",
		"users.userProfiles": "userProfiles",
		"users.roles":        "roles",
	} {
		entity, name := split(t, field)
		grant := bare()
		tick(grant, entity, name)
		plan := planOf(t, asking(grant))
		for _, f := range entityIn(t, part).Fields {
			want := f.Class == catalog.Structural
			if got := visible(plan, part, f.Name); got != want {
				t.Errorf("with a tick on %s, %s.%s is visible: %v", field, part, f.Name, got)
			}
		}
		grant.Entities[part] = policy.EntityGrant{Open: true}
		change(grant, entity, func(e *policy.EntityGrant) { e.Open = false })
		if _, ok := planOf(t, asking(grant)).Entity(part); ok {
			t.Errorf("%s is open without %s", part, field)
		}
	}
}

func TestADenialClosesEverythingForOneReason(t *testing.T) {
	for reason, spoil := range map[string]func(*policy.Input){
		"no_app":             func(in *policy.Input) { in.App.ID = "" },
		"app_pending":        func(in *policy.Input) { in.App.State = policy.Pending },
		"app_suspended":      func(in *policy.Input) { in.App.State = policy.Suspended },
		"app_state_unknown":  func(in *policy.Input) { in.App.State = "" },
		"credential_expired": func(in *policy.Input) { in.Expires = noon },
		"grant_over":         func(in *policy.Input) { in.Grant.Until = noon },
		"no_scope":           func(in *policy.Input) { in.TokenScopes = []catalog.TokenScope{"roster.write"} },
	} {
		in := asking(full())
		spoil(&in)
		decision := decide(t, in)
		if decision.Allow || len(decision.Reasons) != 1 || decision.Reasons[0] != reason {
			t.Errorf("%s: allowed %v, reasons %v", reason, decision.Allow, decision.Reasons)
		}
		for name, e := range decision.Entities {
			if e.Allow || e.Reason != reason {
				t.Errorf("%s: %s is %v because of %q", reason, name, e.Allow, e.Reason)
			}
			for field, f := range e.Fields {
				if f.Share || f.Reason != reason {
					t.Errorf("%s: %s.%s is %v because of %q", reason, name, field, f.Share, f.Reason)
				}
			}
		}
		if all := contents(planOf(t, in)); len(all) > 0 {
			t.Errorf("%s: the plan has %v", reason, all)
		}
	}
}

func TestAnEndIsCutToItsMicrosecondAndNeverComesLate(t *testing.T) {
	for offset, want := range map[time.Duration]bool{
		-time.Hour: false, -time.Nanosecond: false, 0: false, time.Nanosecond: false,
		time.Microsecond: true, time.Hour: true, 200 * 365 * 24 * time.Hour: true,
	} {
		for name, in := range map[string]policy.Input{
			"credential": {Expires: noon.Add(offset)},
			"grant":      {Grant: policy.Grant{Until: noon.Add(offset)}},
		} {
			asked := asking(full())
			asked.Expires, asked.Grant.Until = in.Expires, in.Grant.Until
			if got := decide(t, asked).Allow; got != want {
				t.Errorf("a %s that ends in %v is allowed: %v", name, offset, got)
			}
		}
	}
}

func TestAQuestionWithoutATimeIsAnError(t *testing.T) {
	in := asking(full())
	in.Now = time.Time{}
	if decision, err := engine(t).Decide(t.Context(), in); err == nil || decision.Allow {
		t.Errorf("allowed %v, error %v", decision.Allow, err)
	}
}

func TestEntitiesCloseWithWhatTheirRecordsMustReferTo(t *testing.T) {
	for _, c := range []struct {
		missing string
		closed  []string
	}{
		{"classes", []string{"enrollments"}},
		{"courses", []string{"classes", "enrollments"}},
		{"academicSessions", []string{"classes", "enrollments"}},
		{"users", []string{"enrollments", "demographics"}},
		{"orgs", []string{"courses", "classes", "users", "enrollments", "demographics"}},
		{"resources", nil},
		{"demographics", nil},
		{"enrollments", nil},
	} {
		decision := decide(t, asking(without(full(), entityIn(t, c.missing).Plural)))
		for _, e := range catalog.Entities() {
			if !e.Served || e.Plural == c.missing {
				continue
			}
			want := ""
			for _, name := range c.closed {
				if name == e.Plural {
					want = "requires_ungranted:" + c.missing
				}
			}
			if got := decision.Entities[e.Plural]; got.Reason != want || got.Allow != (want == "") {
				t.Errorf("without %s, %s is open %v: %q", c.missing, e.Plural, got.Allow, got.Reason)
			}
		}
	}
}

func TestNoFieldRefersToAnEntityThatIsNotGranted(t *testing.T) {
	for _, missing := range catalog.Entities() {
		plan := planOf(t, asking(without(full(), missing.Plural)))
		for _, e := range plan.Entities() {
			for _, f := range e.Fields {
				if missing.Served && f.Target == missing.Plural {
					t.Errorf("without %s there is %s.%s", missing.Plural, e.Entity.Plural, f.Name)
				}
			}
		}
	}
}

func TestAComputedFieldIsHiddenWithTheReferenceItReads(t *testing.T) {
	for _, entity := range []string{"orgs", "academicSessions"} {
		grant := bare()
		tick(grant, entity, "children")
		got := decide(t, asking(grant)).Entities[entity].Fields["children"]
		if got.Share || got.Reason != "follows_hidden:"+entity+".parent" {
			t.Errorf("%s.children without its parent: %+v", entity, got)
		}
		tick(grant, entity, "parent")
		if got := decide(t, asking(grant)).Entities[entity].Fields["children"]; !got.Share {
			t.Errorf("%s.children with its parent: %+v", entity, got)
		}
	}
}

func TestANewerTwinSaysNoMoreThanTheOlderOne(t *testing.T) {
	for newer, older := range map[string]string{
		"preferredFirstName": "givenName", "preferredMiddleName": "middleName", "preferredLastName": "familyName",
	} {
		grant := bare()
		tick(grant, "users", newer)
		users := decide(t, asking(grant)).Entities["users"]
		if got := users.Fields[newer]; got.Share || got.Reason != "twin_hidden:"+older {
			t.Errorf("%s without %s: %+v", newer, older, got)
		}
		tick(grant, "users", older)
		if got := decide(t, asking(grant)).Entities["users"].Fields[newer]; !got.Share {
			t.Errorf("%s with %s: %+v", newer, older, got)
		}
		change(grant, "users", func(e *policy.EntityGrant) { e.Masks = map[string]policy.Mask{older: policy.Initial} })
		users = decide(t, asking(grant)).Entities["users"]
		if users.Fields[newer].Share || users.Fields[older].Mask != policy.Initial {
			t.Errorf("with %s masked: %+v", older, users.Fields[newer])
		}
		grant = bare()
		tick(grant, "users", older)
		if got := decide(t, asking(grant)).Entities["users"].Fields[older]; !got.Share {
			t.Errorf("%s without a tick on %s: %+v", older, newer, got)
		}
	}
}

func TestScopesOpenTheEntitiesOfTheirRoutes(t *testing.T) {
	roster := "academicSessions orgs courses classes users enrollments roles userProfiles userResources"
	for _, c := range []struct {
		held []catalog.TokenScope
		open string
	}{
		{[]catalog.TokenScope{catalog.CoreScope}, roster + " classResources courseResources"},
		{[]catalog.TokenScope{catalog.RosterScope}, roster + " classResources courseResources"},
		{[]catalog.TokenScope{catalog.DemographicsScope}, "demographics"},
		{[]catalog.TokenScope{catalog.ResourceScope}, "resources classResources courseResources userResources"},
		{[]catalog.TokenScope{catalog.ResourceCoreScope}, "resources"},
		{[]catalog.TokenScope{catalog.DemographicsScope, catalog.ResourceScope}, "demographics resources classResources courseResources userResources"},
	} {
		in := asking(full())
		in.TokenScopes = c.held
		decision := decide(t, in)
		open := strings.Fields(c.open)
		for _, e := range catalog.Entities() {
			got := decision.Entities[e.Plural]
			if want := contains(open, e.Plural); got.Allow != want || !want && got.Reason != "scope_not_held" {
				t.Errorf("with %v, %s is open %v: %q", c.held, e.Plural, got.Allow, got.Reason)
			}
		}
	}
}

func contains(list []string, item string) bool { return len(beyond(list, []string{item})) == 0 }
