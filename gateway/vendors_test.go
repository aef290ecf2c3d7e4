package gateway_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// vendor is what one of the four apps gets: per entity the members of its records,
// the keys of their metadata and the types of their userIds.
type vendor struct {
	app       string
	guardians bool
	entities  map[string]*given
}

type given struct{ members, keys, types []string }

// The parts of the rows. A star is every field of OneRoster 1.1; metadata never
// comes with it. sourcedId, status and dateLastModified come with every record.
const (
	rosters = `
		orgs *
		academicSessions *
		courses *
		classes *
		enrollments *
		users enabledUser username givenName familyName role orgs identifier email grades`

	guide = `
		resources *
		demographics sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican
		demographics nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity
		demographics metadata.otherRaceIndicator metadata.homeLanguage metadata.englishLearnerStatus metadata.ideaIndicator
		demographics metadata.disabilityStatus metadata.primaryDisabilityType metadata.section504Status
		demographics metadata.economicDisadvantageStatus metadata.eligibilityStatusForSchoolFoodServicePrograms
		demographics metadata.migrantStatus metadata.titleI metadata.iepStatus`

	ids = `
		users userIds.StateID userIds.LDAP userIds.Badge`
)

// vendors are the four apps and what they get.
func vendors() []vendor {
	return []vendor{
		{app: "amplify", entities: gives(rosters + guide)},
		{app: "schoolinks", entities: gives(rosters + ids + `
			users metadata.primaryOrg metadata.studentNumber metadata.schoolNumber`)},
		{app: "alexandria", guardians: true, entities: gives(rosters + ids + `
			users middleName phone agents
			demographics birthDate sex`)},
		{app: "eduready360", entities: gives(rosters)},
	}
}

// gives reads lines of an entity and what is given of it.
func gives(lines string) map[string]*given {
	entities := map[string]*given{}
	stars := []string{}
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		g := entities[words[0]]
		if g == nil {
			g = &given{members: []string{"sourcedId", "status", "dateLastModified"}}
			entities[words[0]] = g
		}
		for _, word := range words[1:] {
			if word == "*" {
				stars = append(stars, words[0])
				continue
			}
			g.add(word)
		}
	}
	for _, plural := range stars {
		entities[plural].addAll(plural, entities)
	}
	return entities
}

func (g *given) add(word string) {
	bag, member, inBag := strings.Cut(word, ".")
	switch {
	case !inBag:
		g.members = append(g.members, word)
		return
	case bag == string(catalog.Metadata):
		g.keys = append(g.keys, member)
	default:
		g.types = append(g.types, member)
	}
	if !slices.Contains(g.members, bag) {
		g.members = append(g.members, bag)
	}
}

// addAll resolves a star. What would refer to an entity that is not given cannot
// come.
func (g *given) addAll(plural string, entities map[string]*given) {
	entity, _ := catalog.Find(plural)
	for _, f := range entity.In(catalog.V11) {
		if (f.Target == "" || entities[f.Target] != nil) && !slices.Contains(g.members, f.Name) {
			g.members = append(g.members, f.Name)
		}
	}
}

// opens reports whether the vendor may walk the route.
func (v vendor) opens(r catalog.Route) bool {
	for _, p := range r.Parents {
		if v.entities[p.Entity] == nil {
			return false
		}
	}
	return v.entities[r.Entity] != nil
}

// found collects what records hold.
func found(records []gatewaytest.Record) given {
	var g given
	add := func(to *[]string, name string) {
		if !slices.Contains(*to, name) {
			*to = append(*to, name)
		}
	}
	for _, r := range records {
		for member := range r {
			add(&g.members, member)
		}
		if bag, ok := r["metadata"].(map[string]any); ok {
			for key := range bag {
				add(&g.keys, key)
			}
		}
		if bag, ok := r["userIds"].([]any); ok {
			for _, id := range bag {
				kind, _ := id.(map[string]any)["type"].(string)
				add(&g.types, kind)
			}
		}
	}
	return g
}

func TestEachVendorGetsItsRowAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, v := range vendors() {
			t.Run(v.app, func(t *testing.T) {
				all := everything(d.As(v.app), v)
				for _, e := range served() {
					if v.entities[e.Plural] == nil {
						continue
					}
					got, wanted := found(all["/"+e.Plural]), v.entities[e.Plural]
					sameSet(t, e.Plural, got.members, wanted.members)
					sameSet(t, e.Plural+".metadata", got.keys, wanted.keys)
					sameSet(t, e.Plural+".userIds", got.types, wanted.types)
				}
				v.checkPeople(t, all["/users"])
			})
		}
	})
}

// checkPeople looks at who is among the users.
func (v vendor) checkPeople(t *testing.T, users []gatewaytest.Record) {
	t.Helper()
	roles := map[any]int{}
	for _, u := range users {
		roles[u["role"]]++
	}
	if roles["student"] != gatewaytest.Students || roles["teacher"] == 0 || roles["administrator"] == 0 {
		t.Errorf("the people are %v", roles)
	}
	guardians := roles["guardian"] + roles["parent"] + roles["relative"]
	if (guardians > 0) != v.guardians {
		t.Errorf("there are %d guardians", guardians)
	}
}

func TestAnEntityThatIsNotInTheRowIsForbiddenWhateverIsAskedOfIt(t *testing.T) {
	each(t, func(t *testing.T, d *gatewaytest.District) {
		for _, v := range vendors() {
			c := d.As(v.app)
			for _, e := range served() {
				if v.entities[e.Plural] != nil {
					continue
				}
				want(t, c.Get("/"+e.Plural), 403)
				known := want(t, c.One(e.Plural, d.Known(e.Plural)[0]), 403)
				unknown := want(t, c.One(e.Plural, "nobody"), 403)
				if impersonal(known) != impersonal(unknown) {
					t.Errorf("%s can tell a known %s from an unknown one:\n%s\n%s", v.app, e.Name, impersonal(known), impersonal(unknown))
				}
				if problem(t, want(t, c.Get("/"+e.Plural), 403)).withoutOperation() != problem(t, known).withoutOperation() {
					t.Errorf("%s gets two refusals about %s", v.app, e.Plural)
				}
			}
		}
	})
}
