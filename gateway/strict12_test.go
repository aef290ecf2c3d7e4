package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway/gatewaytest"
)

// members12 are the members that the schemas of OneRoster 1.2 have, by the object. All of
// them have additionalProperties: false; a star is behind those that they require.
func members12() map[string][]string {
	every := "sourcedId* status* dateLastModified* "
	all := map[string]string{
		"academicSessions": every + "metadata title* startDate* endDate* type* parent children schoolYear*",
		"orgs":             every + "metadata name* type* identifier* parent children",
		"courses":          every + "metadata title* courseCode* schoolYear grades subjects subjectCodes org resources",
		"classes":          every + "metadata title* classCode classType location grades subjects subjectCodes course* school* terms* periods resources",
		"users": every + "metadata userMasterIdentifier username userIds enabledUser* givenName* familyName* middleName preferredFirstName preferredMiddleName " +
			"preferredLastName pronouns roles* userProfiles primaryOrg identifier email sms phone agents grades password resources",
		"enrollments": every + "metadata user* class* school* role* primary beginDate endDate",
		"demographics": every + "metadata birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white " +
			"demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
		"resources":    every + "metadata title roles importance vendorResourceId* vendorId applicationId",
		"roles":        "roleType* role* org* userProfile beginDate endDate",
		"userProfiles": "profileId* profileType* vendorId* applicationId description credentials",
		"userIds":      "type* identifier*",
		"reference":    "href* sourcedId* type*",
	}
	split := map[string][]string{}
	for name, members := range all {
		split[name] = strings.Fields(members)
	}
	return split
}

// strictly checks a record, and every object in it, against the schemas of 1.2. What an app
// is not given is the district's to say, so of what the schemas require only that is wanted
// which other records of the list have.
func strictly(t *testing.T, what, schema string, value any) {
	t.Helper()
	switch v := value.(type) {
	case nil:
		t.Errorf("%s is null", what)
	case string:
		if v == "" {
			t.Errorf("%s is empty", what)
		}
	case []any:
		if len(v) == 0 {
			t.Errorf("%s is an empty list", what)
		}
		for i, item := range v {
			strictly(t, fmt.Sprintf("%s[%d]", what, i), schema, item)
		}
	case map[string]any:
		strictObject(t, what, schema, v)
	default:
		t.Errorf("%s is a %T, and no text", what, value)
	}
}

func strictObject(t *testing.T, what, schema string, object map[string]any) {
	t.Helper()
	if len(object) == 0 {
		t.Errorf("%s is an empty object", what)
	}
	known := members12()[schema]
	for name, value := range object {
		if schema != "metadata" && !slices.Contains(known, name) && !slices.Contains(known, name+"*") {
			t.Errorf("%s has the member %s, which 1.2 forbids", what, name)
		}
		inner := name
		if members12()[name] == nil || name == "resources" || schema == "resources" {
			inner = "reference"
		}
		if name == "metadata" {
			inner = "metadata"
		}
		strictly(t, what+"."+name, inner, value)
	}
	for _, name := range []string{"roles", "userProfiles", "userIds", "reference"} {
		if schema != name {
			continue
		}
		for _, member := range known {
			if required, is := strings.CutSuffix(member, "*"); is && object[required] == nil {
				t.Errorf("%s lacks %s", what, required)
			}
		}
	}
}

// eachList12 calls fn for every list of 1.2 that an app may read.
func eachList12(t *testing.T, d *gatewaytest.District, app string, fn func(r catalog.Route, path string, records []gatewaytest.Record)) {
	t.Helper()
	c := d.As(app).In12()
	for _, r := range catalog.Routes(catalog.V12) {
		path := concrete(d, r)
		answer := c.Get(path)
		if answer.Status != 200 {
			continue
		}
		if r.Single {
			e, _ := catalog.Find(r.Entity)
			var one map[string]map[string]any
			if err := json.Unmarshal(answer.Raw, &one); err != nil || one[e.Name] == nil || len(one) != 1 {
				t.Fatalf("%s: %v: %s", path, err, answer.Raw)
			}
			fn(r, path, []gatewaytest.Record{one[e.Name]})
			continue
		}
		fn(r, path, c.Walk(path+"?limit=200"))
	}
}

func TestWhatOneRoster12SendsHasNoMemberThatItForbidsAndNoneEmpty(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		for _, of := range []catalog.Version{catalog.V11, catalog.V12} {
			if of == catalog.V12 {
				p := in12(t, cedar(t))
				d.Import(p.Folder(t))
			}
			for _, v := range vendors() {
				lists, users := 0, 0
				eachList12(t, d, v.app, func(r catalog.Route, path string, records []gatewaytest.Record) {
					lists++
					for _, record := range records {
						strictly(t, v.app+path, r.Entity, map[string]any(record))
						if r.Entity == "users" {
							users++
							if record["roles"] == nil || record["role"] != nil || record["orgs"] != nil {
								t.Errorf("%s%s: %v", v.app, path, record)
							}
						}
					}
				})
				if lists < 20 || users < 10 {
					t.Errorf("%s: %d lists, %d users", v.app, lists, users)
				}
			}
		}
	})
}

// Whatever both versions have, they say alike, of the same records.
func TestBothVersionsAgreeOnRecordsAndValues(t *testing.T) {
	small(t, func(t *testing.T, d *gatewaytest.District) {
		sharesAll(d, "amplify")
		for _, of := range []catalog.Version{catalog.V11, catalog.V12} {
			if of == catalog.V12 {
				d.Import(in12(t, cedar(t)).Folder(t))
			}
			for _, v := range vendors() {
				c := d.As(v.app)
				for _, r := range catalog.Routes(catalog.V11) {
					if r.Single {
						continue
					}
					path := concrete(d, r)
					first, second := c.Get(path+"?limit=10000"), c.In12().Get(path+"?limit=10000")
					if first.Status != second.Status || first.Header.Get("X-Total-Count") != second.Header.Get("X-Total-Count") || first.Header.Get("X-Perm-Rev") != second.Header.Get("X-Perm-Rev") {
						t.Errorf("%s%s: %d and %d, of %s and %s", v.app, path, first.Status, second.Status, first.Header.Get("X-Total-Count"), second.Header.Get("X-Total-Count"))
					}
					if first.Status != 200 {
						continue
					}
					if diff := cmp.Diff(shared(r.Entity, first.Records()), shared(r.Entity, second.Records())); diff != "" {
						t.Errorf("%s%s (-1.1 +1.2):\n%s", v.app, path, diff)
					}
				}
			}
		}
	})
}

// shared are records without what one of the versions has alone, and without addresses.
func shared(entity string, records []gatewaytest.Record) []map[string]any {
	e, _ := catalog.Find(entity)
	var all []map[string]any
	for _, record := range records {
		one := map[string]any{}
		for name, value := range record {
			f, field := e.Field(name)
			if !field || f.Versions == catalog.Both && f.Silent == "" {
				one[name] = addressless(value)
			}
		}
		all = append(all, one)
	}
	return all
}

// addressless is a value without the addresses in it.
func addressless(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = addressless(v[i])
		}
	case map[string]any:
		delete(v, "href")
	}
	return value
}
