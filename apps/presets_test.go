package apps_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/presets"
	"github.com/rostergate/rostergate/roster"
)

// What every preset gives of users, and what some give besides.
const basicUsers = "sourcedId status dateLastModified enabledUser orgs role username givenName familyName identifier email grades"

// given is a preset as the district's documents promise it. The five other
// entities of the rosters come in full but for metadata.
type given struct {
	users        string // besides basicUsers
	demographics string
	keys         map[string]string // by entity
	resources    bool
	guardians    bool
	types        bool
}

func promised() map[string]given {
	return map[string]given{
		"amplify": {
			resources: true,
			demographics: "sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander " +
				"white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity",
			keys: map[string]string{"demographics": "otherRaceIndicator homeLanguage englishLearnerStatus ideaIndicator disabilityStatus " +
				"primaryDisabilityType section504Status economicDisadvantageStatus eligibilityStatusForSchoolFoodServicePrograms " +
				"migrantStatus titleI iepStatus"},
		},
		"schoolinks": {users: "userIds", types: true, keys: map[string]string{"users": "primaryOrg studentNumber schoolNumber"}},
		"alexandria": {
			users: "middleName phone userIds agents", types: true, guardians: true,
			demographics: "birthDate sex",
		},
		"eduready360": {},
	}
}

// rosterKeys is a roster with every key that a guide names, and some more.
func rosterKeys() []roster.Key {
	keys := []roster.Key{
		{Entity: "demographics", Bag: catalog.Metadata, Name: "shoeSize", Present: true, Reviewed: true},
		{Entity: "orgs", Bag: catalog.Metadata, Name: "schoolNumber", Present: true, Reviewed: true},
		{Entity: "users", Bag: catalog.UserIDs, Name: "StateID", Present: true, Reviewed: true},
		{Entity: "users", Bag: catalog.UserIDs, Name: "SIS", Present: true, Reviewed: true},
		{Entity: "users", Bag: catalog.UserIDs, Name: "Gone"},
	}
	for _, k := range catalog.KnownKeys() {
		keys = append(keys, roster.Key{Entity: k.Entity, Bag: catalog.Metadata, Name: k.Key, Present: true, Reviewed: true})
	}
	return keys
}

// withTypes is the preset's grant once an admin has ticked every type that waits.
func withTypes(preset presets.Preset) policy.Grant {
	grant := preset.Grant()
	for plural, granted := range grant.Entities {
		for _, k := range rosterKeys() {
			if k.Entity == plural && k.Present && slices.Contains(granted.Fields, string(k.Bag)) {
				granted.Types = append(granted.Types, k.Name)
			}
		}
		slices.Sort(granted.Types)
		grant.Entities[plural] = granted
	}
	return grant
}

func policyKeys(keys []roster.Key) []policy.Key {
	var all []policy.Key
	for _, k := range keys {
		if k.Present {
			all = append(all, policy.Key{Member: k.Member(), Reviewed: k.Reviewed})
		}
	}
	return all
}

// shown is what an app with the preset's grant really sees, by entity.
func shown(t *testing.T, preset presets.Preset) map[string]entityShown {
	t.Helper()
	return shownOf(t, policy.Input{App: policy.AppState{ID: preset.ID}, Grant: withTypes(preset)})
}

// shownOf is shown, of an app that asks for everything with the grant and the ceiling of an
// input.
func shownOf(t *testing.T, in policy.Input) map[string]entityShown {
	t.Helper()
	engine := must[*policy.Engine](t)(policy.New())
	d := sqlite(t)
	in.App.State, in.TokenScopes, in.Now, in.Keys = policy.Enabled, catalog.TokenScopes(), d.clock.read(), policyKeys(rosterKeys())
	plan, err := engine.Plan(d.ctx, in)
	d.check(err)
	all := map[string]entityShown{}
	for _, e := range plan.Entities() {
		if !e.Entity.Served {
			continue
		}
		one := entityShown{Keys: e.Keys, Types: e.Types}
		for _, f := range e.Fields {
			if f.Versions.Has(catalog.V11) {
				one.Fields = append(one.Fields, f.Name)
			}
		}
		all[e.Entity.Plural] = one
	}
	return all
}

type entityShown struct{ Fields, Keys, Types []string }

func TestEveryPresetShowsExactlyWhatItPromises(t *testing.T) {
	for id, want := range promised() {
		t.Run(id, func(t *testing.T) {
			preset, ok := presets.Find(id)
			if !ok {
				t.Fatal("there is no such preset")
			}
			if diff := cmp.Diff(expected(want), shown(t, preset)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if len(presets.All()) != len(promised()) {
		t.Errorf("there are %d presets", len(presets.All()))
	}
}

// Whatever somebody ticks, the ceiling leaves what the vendor documents a use for, and no
// more; what the preset gives it leaves whole.
func TestEveryCeilingLeavesWhatItsPresetPromises(t *testing.T) {
	for id, want := range promised() {
		t.Run(id, func(t *testing.T) {
			preset, _ := presets.Find(id)
			in := policy.Input{App: policy.AppState{ID: id, Preset: id, Ceiling: true}, Needs: preset.Asks(), Grant: withTypes(preset)}
			if diff := cmp.Diff(expected(want), shownOf(t, in)); diff != "" {
				t.Error(diff)
			}
			in.Grant = everythingTicked(in.Grant.Scope)
			if diff := cmp.Diff(expected(want), shownOf(t, in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// everythingTicked opens all entities, and ticks every field, key and type.
func everythingTicked(scope policy.Scope) policy.Grant {
	grant := policy.Grant{Scope: scope, Entities: map[string]policy.EntityGrant{}}
	for _, e := range catalog.Entities() {
		granted := policy.EntityGrant{Open: true, Metadata: e.Metadata}
		for _, f := range e.Fields {
			if f.Class != catalog.Credential && f.Versions.Has(catalog.V11) {
				granted.Fields = append(granted.Fields, f.Name)
			}
		}
		for _, k := range rosterKeys() {
			switch {
			case k.Entity != e.Plural:
			case k.Bag == catalog.Metadata:
				granted.Keys = append(granted.Keys, k.Name)
			default:
				granted.Types = append(granted.Types, k.Name)
			}
		}
		grant.Entities[e.Plural] = granted
	}
	return grant
}

// expected spells a promise out.
func expected(want given) map[string]entityShown {
	all := map[string]entityShown{"users": {Fields: inOrder("users", basicUsers+" "+want.users)}}
	for _, whole := range []string{"orgs", "academicSessions", "courses", "classes", "enrollments"} {
		all[whole] = entityShown{Fields: inFull(whole, want.resources)}
	}
	if want.resources {
		all["resources"] = entityShown{Fields: inFull("resources", true)}
	}
	if want.demographics != "" {
		all["demographics"] = entityShown{Fields: inOrder("demographics", "sourcedId status dateLastModified "+want.demographics)}
	}
	for plural, keys := range want.keys {
		one := all[plural]
		one.Keys = slices.Sorted(strings.FieldsSeq(keys))
		all[plural] = one
	}
	if want.types {
		one := all["users"]
		one.Types = []string{"SIS", "StateID"}
		all["users"] = one
	}
	return all
}

func inFull(plural string, resources bool) []string {
	entity, _ := catalog.Find(plural)
	var names []string
	for _, f := range entity.In(catalog.V11) {
		if resources || f.Target != "resources" {
			names = append(names, f.Name)
		}
	}
	return names
}

func inOrder(plural, names string) []string {
	entity, _ := catalog.Find(plural)
	wanted := strings.Fields(names)
	var ordered []string
	for _, f := range entity.Fields {
		if slices.Contains(wanted, f.Name) {
			ordered = append(ordered, f.Name)
		}
	}
	return ordered
}

func TestPresetsReachStudentsAndStaffAndGuardiansWhereSaid(t *testing.T) {
	for id, want := range promised() {
		preset, _ := presets.Find(id)
		scope := preset.Grant().Scope
		if !scope.Orgs.All || !scope.Courses.All || !scope.Grades.All || !scope.Unenrolled {
			t.Errorf("%s: the scope %+v is narrower than promised", id, scope)
		}
		for _, role := range []string{"administrator", "aide", "proctor", "student", "teacher"} {
			if !scope.Roles.Has(role) {
				t.Errorf("%s does not reach the role %s", id, role)
			}
		}
		for _, role := range policy.GuardianRoles() {
			if scope.Roles.Has(role) {
				t.Errorf("%s reaches the role %s of its own", id, role)
			}
		}
		if scope.Guardians != want.guardians {
			t.Errorf("%s: guardians are %v", id, scope.Guardians)
		}
	}
}

func TestGuardianRolesAndOwnRolesAreAllTheRoles(t *testing.T) {
	users, _ := catalog.Find("users")
	role, _ := users.Field("role")
	all := slices.Concat(policy.GuardianRoles(), policy.OwnRoles())
	slices.Sort(all)
	if diff := cmp.Diff(slices.Sorted(slices.Values(role.Values)), all); diff != "" {
		t.Error(diff)
	}
}

func TestEveryNeedExistsOnceAndSaysWhatItIsFor(t *testing.T) {
	for _, preset := range presets.All() {
		seen := map[string]bool{}
		for _, need := range preset.Needs {
			if seen[need.Name()] {
				t.Errorf("%s asks twice for %s", preset.ID, need.Name())
			}
			seen[need.Name()] = true
			entity, known := catalog.Find(need.Entity)
			if !known || !entity.Served {
				t.Errorf("%s: no entity %s", preset.ID, need.Name())
			}
			if f, known := entity.Field(need.Field); need.Field != "" && (!known || f.Class == catalog.Structural || f.Class == catalog.Credential) {
				t.Errorf("%s: no field to tick is called %s", preset.ID, need.Name())
			}
			if need.Key != "" && catalog.ClassOfKey(need.Entity, need.Key) == catalog.Unclassified {
				t.Errorf("%s: nobody knows the key %s", preset.ID, need.Name())
			}
			if !strings.HasPrefix(need.Purpose, "to ") || len(need.Purpose) < 25 || strings.HasSuffix(need.Purpose, ".") {
				t.Errorf("%s: %s says only %q", preset.ID, need.Name(), need.Purpose)
			}
		}
	}
}

func TestAPresetTicksNoTypes(t *testing.T) {
	for _, preset := range presets.All() {
		for plural, granted := range preset.Grant().Entities {
			if len(granted.Types) != 0 {
				t.Errorf("%s ticks %v of %s", preset.ID, granted.Types, plural)
			}
		}
	}
}

func TestTheNamesOfKeysInPresetsAreAccepted(t *testing.T) {
	for _, preset := range presets.All() {
		for plural, granted := range preset.Grant().Entities {
			for _, key := range granted.Keys {
				if !catalog.KnowsKey(plural, key) {
					t.Errorf("%s brings %s.metadata.%s, which the catalog does not know", preset.ID, plural, key)
				}
			}
		}
	}
}

func TestAKeyOfAPresetStaysHiddenUntilTheRosterHasItAndItIsReviewed(t *testing.T) {
	engine := must[*policy.Engine](t)(policy.New())
	d := sqlite(t)
	preset, _ := presets.Find("amplify")
	for name, try := range map[string]struct {
		keys []policy.Key
		want []string
	}{
		"absent":     {nil, nil},
		"unreviewed": {[]policy.Key{{Member: catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "titleI"}}}, nil},
		"reviewed":   {[]policy.Key{{Member: catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "titleI"}, Reviewed: true}}, []string{"titleI"}},
	} {
		plan, err := engine.Plan(d.ctx, policy.Input{
			App: policy.AppState{ID: preset.ID, State: policy.Enabled}, TokenScopes: catalog.TokenScopes(), Now: d.clock.read(),
			Grant: preset.Grant(), Keys: try.keys,
		})
		d.check(err)
		demographics, _ := plan.Entity("demographics")
		if diff := cmp.Diff(try.want, demographics.Keys); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// nothing is what an app without a preset begins with: it reaches no org, and of those that
// somebody chooses all classes.
func nothing() policy.Grant {
	return policy.Grant{Scope: policy.Scope{Classes: policy.Among{All: true}}}
}

func TestThePresetsOfTheZeroValueAndOfUnknownIDs(t *testing.T) {
	if _, ok := presets.Find("Amplify"); ok {
		t.Error("preset ids are not case-sensitive")
	}
	if diff := cmp.Diff(nothing(), presets.Preset{}.Grant()); diff != "" {
		t.Error(diff)
	}
	var ids []string
	for _, p := range presets.All() {
		ids = append(ids, p.ID)
	}
	if want := slices.Sorted(maps.Keys(promised())); !slices.Equal(ids, want) {
		t.Errorf("ids %v; want %v", ids, want)
	}
}
