package sample_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/sample"
)

func TestAgentsPointBothWays(t *testing.T) {
	for _, students := range sizes() {
		p := write(t, sample.District{Students: students, Seed: 9})
		users := p.by("users")
		for _, u := range p.records["users"] {
			for _, id := range u.items("agentSourcedIds") {
				if !slices.Contains(users[id].items("agentSourcedIds"), u["sourcedId"]) {
					t.Errorf("%q names %q, which does not name it", u["sourcedId"], id)
				}
				if (u["role"] == "student") == (users[id]["role"] == "student") {
					t.Errorf("a %s is the agent of a %s", users[id]["role"], u["role"])
				}
			}
		}
		for _, u := range p.role("teacher", "administrator", "aide", "proctor") {
			if u["agentSourcedIds"] != "" {
				t.Errorf("the %s %q has agents", u["role"], u["sourcedId"])
			}
		}
	}
}

func TestFamiliesAreOfManyShapes(t *testing.T) {
	p := write(t, sample.District{Students: 1000, Seed: 9})
	users := p.by("users")
	guardians := p.role("guardian", "parent", "relative")
	if n := len(guardians); n != 1400 {
		t.Errorf("1000 students have %d guardians", n)
	}
	wards, schools, alike := map[int]int{}, map[int]int{}, 0
	for _, g := range guardians {
		children := g.items("agentSourcedIds")
		wards[len(children)]++
		schools[len(g.items("orgSourcedIds"))]++
		grades := map[string]bool{}
		for _, id := range children {
			grades[users[id]["grades"]] = true
			if !slices.Contains(g.items("orgSourcedIds"), users[id]["orgSourcedIds"]) {
				t.Errorf("guardian %q is not of the school of a child", g["sourcedId"])
			}
		}
		if len(grades) != len(children) {
			alike++
		}
	}
	if wards[0] > 0 || wards[1] == 0 || wards[2] == 0 || wards[3] == 0 || schools[2] == 0 || alike > 70 {
		t.Errorf("guardians by children %v, by schools %v, with children of one grade %d", wards, schools, alike)
	}
	of := map[int]int{}
	for _, s := range p.role("student") {
		of[len(s.items("agentSourcedIds"))]++
	}
	if of[0] == 0 || of[1] == 0 || of[2] == 0 || of[3] == 0 || len(of) != 4 {
		t.Errorf("students by guardians: %v", of)
	}
}

func TestSiblingsShareTheirNameAndLanguage(t *testing.T) {
	p := write(t, sample.District{Students: 1000, Seed: 9})
	users, facts := p.by("users"), p.by("demographics")
	for _, g := range p.role("guardian", "parent", "relative") {
		names, languages := map[string]bool{}, map[string]bool{}
		for _, id := range g.items("agentSourcedIds") {
			name, _, _ := strings.Cut(users[id]["familyName"], ",")
			names[name] = true
			if language := facts[id]["metadata.homeLanguage"]; language != "" {
				languages[language] = true
			}
		}
		if len(names) != 1 || len(languages) > 1 {
			t.Errorf("siblings have the names %v and languages %v", names, languages)
		}
	}
}

func TestOddIdsOfEveryKindOccurInASmallDistrict(t *testing.T) {
	marks := map[string]*regexp.Regexp{}
	for _, mark := range []string{"|", "/", "+", " ", "#", "%", "?", "&", "'"} {
		marks[mark] = regexp.MustCompile(regexp.QuoteMeta(mark))
	}
	marks["a letter outside ASCII"] = regexp.MustCompile(`[^\x00-\x7f]`)
	p := write(t, sample.District{Students: 50, Seed: 2})
	for name, mark := range marks {
		for _, file := range []string{"users", "classes"} {
			if !slices.ContainsFunc(p.records[file], func(r record) bool { return mark.MatchString(r["sourcedId"]) }) {
				t.Errorf("no id in %s has %s", file, name)
			}
		}
	}
	schools := p.records["orgs"]
	if !slices.ContainsFunc(schools, func(r record) bool { return r["type"] == "school" && strings.Contains(r["sourcedId"], "/") }) {
		t.Error("no school's id has a slash")
	}
}

func TestMostIdsAreOrdinary(t *testing.T) {
	p := write(t, sample.District{Students: 1000, Seed: 2})
	ordinary := regexp.MustCompile(`^[0-9A-Za-z-]+$`)
	for _, file := range []string{"users", "classes"} {
		odd := 0
		for _, r := range p.records[file] {
			if !ordinary.MatchString(r["sourcedId"]) {
				odd++
			}
			if strings.ContainsAny(r["sourcedId"], "\",") || strings.TrimSpace(r["sourcedId"]) != r["sourcedId"] {
				t.Errorf("the id %q cannot stand in a list", r["sourcedId"])
			}
		}
		if odd*10 > len(p.records[file]) {
			t.Errorf("%d of %d ids in %s are odd", odd, len(p.records[file]), file)
		}
	}
}

func TestSomeIdsDifferOnlyByCase(t *testing.T) {
	p := write(t, sample.District{Students: 50, Seed: 2})
	folded, pairs := map[string]record{}, 0
	for _, u := range p.records["users"] {
		key := strings.ToLower(u["sourcedId"])
		if other := folded[key]; other != nil {
			pairs++
			if other["username"] == u["username"] || other["userIds"] == u["userIds"] {
				t.Errorf("%q and %q are one person", other["sourcedId"], u["sourcedId"])
			}
		}
		folded[key] = u
	}
	if pairs < 2 {
		t.Errorf("%d pairs of ids differ only by case", pairs)
	}
}

func TestNamesComeFromManyLanguages(t *testing.T) {
	p := write(t, sample.District{Students: 2000, Seed: 6})
	var all strings.Builder
	for _, u := range p.records["users"] {
		all.WriteString(u["givenName"] + "\n" + u["familyName"] + "\n")
	}
	for _, part := range []string{"ñ", "ø", "Ł", "ễ", "ʻ", "ß", "ı", "İ", "Å", "ç", "ã", "ü", "О", "김", "王", "محمد", "ተ", "'", "-", " ", ",", `"`} {
		if !strings.Contains(all.String(), part) {
			t.Errorf("no name has %q", part)
		}
	}
}

func TestNamesThatNeedQuotingOccurInASmallDistrict(t *testing.T) {
	for seed := range uint64(5) {
		p := write(t, sample.District{Students: 50, Seed: seed})
		comma := func(u record) bool { return strings.Contains(u["familyName"], ",") }
		quote := func(u record) bool { return strings.Contains(u["givenName"], `"`) }
		if !slices.ContainsFunc(p.records["users"], comma) || !slices.ContainsFunc(p.records["users"], quote) {
			t.Errorf("seed %d has no name with a comma or none with quotation marks", seed)
		}
	}
}

func TestSourcedIdsDoNotTellNames(t *testing.T) {
	p := write(t, sample.District{Students: 500, Seed: 6})
	other := write(t, sample.District{Students: 500, Seed: 7}).by("users")
	for _, u := range p.records["users"] {
		if other[u["sourcedId"]] == nil {
			t.Errorf("the id %q depends on who has it", u["sourcedId"])
		}
	}
}

func TestNobodyCanBeReached(t *testing.T) {
	p := write(t, sample.District{Students: 1000, Seed: 6})
	phone := regexp.MustCompile(`^\(\d{3}\) 555-01\d\d$`)
	email := regexp.MustCompile(`^[a-z0-9.]+@(students\.example\.org|staff\.example\.org|families\.example\.net)$`)
	check := func(form *regexp.Regexp, value string) {
		if value != "" && !form.MatchString(value) {
			t.Errorf("%q may be somebody's", value)
		}
	}
	for _, u := range p.records["users"] {
		check(phone, u["phone"])
		check(phone, u["sms"])
		check(email, u["email"])
	}
	for _, o := range p.records["orgs"] {
		check(phone, o["metadata.phone"])
		check(email, o["metadata.principalEmail"])
	}
}

func TestUsernamesAndNumbersAreOfOnePersonOnly(t *testing.T) {
	p := write(t, sample.District{Students: 1000, Seed: 6})
	for _, header := range []string{"username", "userIds", "identifier", "email", "metadata.studentNumber"} {
		seen := map[string]bool{}
		for _, u := range p.records["users"] {
			if value := u[header]; value != "" && seen[value] {
				t.Errorf("two people have the %s %q", header, value)
			}
			seen[u[header]] = true
		}
	}
}

func TestIdentifiersOfSeveralTypesOccur(t *testing.T) {
	p := write(t, sample.District{Students: 50, Seed: 6})
	types := map[string]int{}
	for _, u := range p.records["users"] {
		for _, id := range u.items("userIds") {
			kind, _, _ := strings.Cut(strings.Trim(id, "{}"), ":")
			types[kind]++
		}
	}
	if types["StateID"] != 50 || types["LDAP"] < 50 || types["Badge"] == 0 {
		t.Errorf("types of userIds: %v", types)
	}
}

func TestOptionalCellsAreSometimesBlank(t *testing.T) {
	p := write(t, sample.District{Students: 1000, Seed: 6})
	for _, plural := range []string{"users", "classes", "demographics"} {
		for _, f := range entity(t, plural).Columns(catalog.V11) {
			blank := slices.ContainsFunc(p.records[plural], func(r record) bool { return r[f.Header()] == "" })
			always := f.Required || f.Name == "grades" || f.Name == "subjects" || f.Name == "subjectCodes" || f.Name == "periods"
			if !blank && !always {
				t.Errorf("%s.%s is never blank", plural, f.Name)
			}
		}
	}
	for _, s := range p.role("student") {
		if young := strings.Contains("KG 01 02", s["grades"]); young && (s["email"] != "" || s["sms"] != "") {
			t.Errorf("a child of grade %s has an email or a number for messages", s["grades"])
		}
	}
}

func TestSomeRecordsHoldAPassword(t *testing.T) {
	p := write(t, sample.District{Students: 50, Seed: 6})
	count := 0
	for _, u := range p.records["users"] {
		if u["password"] != "" {
			count++
		}
	}
	if count == 0 || count > 20 {
		t.Errorf("%d records hold a password", count)
	}
}

func TestMetadataOfUsersAgreesWithTheirSchools(t *testing.T) {
	p := write(t, sample.District{Students: 500, Seed: 6})
	orgs := p.by("orgs")
	for _, u := range p.records["users"] {
		org := orgs[u["metadata.primaryOrg"]]
		switch u["role"] {
		case "guardian", "parent", "relative":
			if org != nil || u["metadata.studentNumber"]+u["metadata.schoolNumber"]+u["metadata.lunchBalance"] != "" {
				t.Errorf("guardian %q has a student's metadata", u["sourcedId"])
			}
			continue
		}
		if u.items("orgSourcedIds")[0] != u["metadata.primaryOrg"] {
			t.Errorf("%q belongs to %s first of all", u["sourcedId"], u["orgSourcedIds"])
		}
		if n := u["metadata.schoolNumber"]; org["type"] == "school" && org["metadata.orgStateid"] != "9912-"+n {
			t.Errorf("%q has the school number %q", u["sourcedId"], n)
		}
		if (u["metadata.studentNumber"] != "") != (u["role"] == "student") {
			t.Errorf("the %s %q has the student number %q", u["role"], u["sourcedId"], u["metadata.studentNumber"])
		}
	}
}
