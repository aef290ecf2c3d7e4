package policy_test

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

func TestEveryKindOfGuardrailPassesTheTestsThatShipWithIt(t *testing.T) {
	names, err := fs.Glob(policy.Guardrails, "guardrails/*.rego")
	if err != nil || len(names) != 2*len(policy.GuardrailKinds()) {
		t.Fatalf("%q for %q: %v", names, policy.GuardrailKinds(), err)
	}
	for _, kind := range policy.GuardrailKinds() {
		stem := strings.ReplaceAll(string(kind), "-", "_")
		files := rego.Source{}
		for _, name := range []string{"guardrails/" + stem + ".rego", "guardrails/" + stem + "_test.rego"} {
			text, err := policy.Guardrails.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[path.Base(name)] = string(text)
		}
		report, err := engine(t).TestGuardrail(t.Context(), files)
		if err != nil || report.Problem() != "" {
			t.Errorf("%s: %s %v %+v", kind, report.Problem(), err, report.Tests)
		}
		for _, c := range report.Coverage {
			if len(c.Missed) > 0 {
				t.Errorf("%s: no test reaches the lines %v", kind, c.Missed)
			}
		}
	}
}

// special is a grant of what is special and of what is not, with an agreement for a year.
func special() policy.Input {
	grant := reading()
	tick(grant, "users", "pronouns")
	grant.Purpose = "Lessons"
	change(grant, "demographics", func(e *policy.EntityGrant) {
		e.Metadata, e.Keys = true, []string{"iepStatus", "homeLanguage", "lunchPin"}
	})
	in := asking(grant)
	for _, key := range grant.Entities["demographics"].Keys {
		in.Keys = append(in.Keys, policy.Key{Member: catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: key}, Reviewed: true})
	}
	in.Day = "2026-11-30"
	in.Agreed = policy.Agreed{There: true, Start: "2026-08-01", End: "2027-06-30"}
	in.App.Vendor = policy.Practice
	return in
}

// told lists what a decision says of some names: a mask or "shared", or the code.
func toldOf(decision policy.Decision, names ...string) map[string]string {
	all := map[string]string{}
	for _, name := range names {
		m := catalog.ParseMember(name)
		one := decision.Entities[m.Entity]
		share, mask, reason := one.Fields[m.Name].Share, one.Fields[m.Name].Mask, one.Fields[m.Name].Reason
		if m.Bag != "" {
			share, mask, reason = one.Keys[m.Name].Share, "", one.Keys[m.Name].Reason
		}
		switch {
		case share && mask != "":
			all[name] = string(mask)
		case share:
			all[name] = "shared"
		default:
			all[name] = reason
		}
	}
	return all
}

func TestEachKindOfGuardrailTakesWhatItIsAbout(t *testing.T) {
	pronouns, iep, language, pin, birth, email := "users.pronouns", "demographics.metadata.iepStatus", "demographics.metadata.homeLanguage", "demographics.metadata.lunchPin", "demographics.birthDate", "users.email"
	all := []string{pronouns, iep, language, pin, birth, email}
	on := policy.GuardrailKind.Chosen
	for says, one := range map[string]struct {
		guardrail policy.Guardrail
		change    func(*policy.Input)
		taken     []string
		by        string
	}{
		"an agreement that is in force":   {on(policy.SpecialNeedsAgreement, policy.Parameters{}), func(*policy.Input) {}, nil, ""},
		"no agreement":                    {on(policy.SpecialNeedsAgreement, policy.Parameters{}), func(in *policy.Input) { in.Agreed = policy.Agreed{} }, []string{pronouns, iep}, "Special fields need an agreement"},
		"one that is over":                {on(policy.SpecialNeedsAgreement, policy.Parameters{}), func(in *policy.Input) { in.Day = "2027-07-01" }, []string{pronouns, iep}, "Special fields need an agreement"},
		"its last day":                    {on(policy.SpecialNeedsAgreement, policy.Parameters{}), func(in *policy.Input) { in.Day = "2027-06-30" }, nil, ""},
		"one that is to come":             {on(policy.SpecialNeedsAgreement, policy.Parameters{}), func(in *policy.Input) { in.Day = "2026-07-31" }, []string{pronouns, iep}, "Special fields need an agreement"},
		"a day that is not known":         {on(policy.SpecialNeedsAgreement, policy.Parameters{}), func(in *policy.Input) { in.Day = "" }, []string{pronouns, iep}, "Special fields need an agreement"},
		"a purpose":                       {on(policy.PersonalNeedsPurpose, policy.Parameters{}), func(*policy.Input) {}, nil, ""},
		"no purpose":                      {on(policy.PersonalNeedsPurpose, policy.Parameters{}), func(in *policy.Input) { in.Grant.Purpose = " " }, []string{pronouns, iep, language, birth}, "Personal fields need a purpose"},
		"a key that nobody knows":         {on(policy.NoUnclassifiedKey, policy.Parameters{}), func(*policy.Input) {}, []string{pin}, "No key that nobody knows"},
		"a class for the kind of vendor":  {on(policy.ClassNeverForVendor, policy.Parameters{Class: catalog.Contact, Vendor: policy.Practice}), func(*policy.Input) {}, []string{email}, "Never for this kind of product"},
		"a class for another kind":        {on(policy.ClassNeverForVendor, policy.Parameters{Class: catalog.Contact, Vendor: policy.Library}), func(*policy.Input) {}, nil, ""},
		"a class for a kind not yet said": {on(policy.ClassNeverForVendor, policy.Parameters{Class: catalog.Contact, Vendor: policy.Library}), func(in *policy.Input) { in.App.Vendor = "" }, []string{email}, "Never for a product of an unknown kind"},
	} {
		in := special()
		one.change(&in)
		without := toldOf(decide(t, in), all...)
		for name, told := range without {
			if told != "shared" {
				t.Fatalf("%s: without it %s is %q", says, name, told)
			}
		}
		in.Guardrails = []policy.Guardrail{one.guardrail}
		for name, told := range toldOf(decide(t, in), all...) {
			switch {
			case !slices.Contains(one.taken, name) && told != "shared":
				t.Errorf("%s: %s is hidden by %q", says, name, told)
			case slices.Contains(one.taken, name) && !strings.HasPrefix(told, "breaks_guardrail:"+one.by+": "):
				t.Errorf("%s: %s is %q", says, name, told)
			}
		}
	}
}

func TestAGuardrailSaysItsTitleAndWhatToDo(t *testing.T) {
	in := special()
	in.Agreed, in.Guardrails = policy.Agreed{}, []policy.Guardrail{policy.SpecialNeedsAgreement.Chosen(policy.Parameters{})}
	reason := decide(t, in).Entities["users"].Fields["pronouns"].Reason
	if says := engine(t).Reason(reason); says != "Hidden by a guardrail of the district: Special fields need an agreement: There is no agreement with this vendor that is in force today. Save the agreement, or leave these out." {
		t.Errorf("it says %q", says)
	}
}

// wrote is a guardrail that the district wrote.
func wrote(rules string) []policy.Guardrail {
	return []policy.Guardrail{{ID: "ours", Files: rego.Source{"guardrail.rego": "package rostergate.guardrail\n\n" + rules}}}
}

func TestAWrittenGuardrailIsBeyondEveryLift(t *testing.T) {
	in := special()
	in.App.Preset, in.App.Ceiling = "eduready360", true
	for _, name := range []string{"users", "users.familyName", "orgs"} {
		in.Needs = append(in.Needs, policy.Need{Name: catalog.ParseMember(name)})
	}
	in.Grant.Lifts = map[string]string{"demographics.birthDate": "the board decided so", "users.email": "families are written to"}
	if told := toldOf(decide(t, in), "demographics.birthDate", "users.email"); told["demographics.birthDate"] != "shared" || told["users.email"] != "shared" {
		t.Fatalf("what is lifted is %q", told)
	}
	in.Guardrails = wrote("# METADATA\n# title: No addresses\nhide contains \"users.email\"\n\nmask[\"demographics.birthDate\"] := \"year\"\n")
	if told := toldOf(decide(t, in), "demographics.birthDate", "users.email"); told["demographics.birthDate"] != "year" || told["users.email"] != "breaks_guardrail:No addresses" {
		t.Errorf("behind the guardrail what is lifted is %q", told)
	}
}

func TestAGuardrailThatIsWrongDeniesEverything(t *testing.T) {
	for says, all := range map[string][]policy.Guardrail{
		"a field that there is not":  wrote(`hide contains "users.emial"`),
		"no rules":                   {{ID: "ours"}},
		"a kind that there is not":   {{ID: "ours", Kind: "never-anything"}},
		"rules of an app's policy":   {{ID: "ours", Files: rego.Source{"a.rego": "package rostergate.app\n\nhide contains \"users.email\"\n"}}},
		"records kept out":           wrote(`keep_rows contains {"field": "users.grades", "op": "in", "value": ["09"]}`),
		"an undefined rule":          wrote(`only := {"users"} if input.app.id == "somebody else"`),
		"loops inside loops":         wrote(`hide contains "users.email" if count({[a, b, c, d] | some a in names; some b in names; some c in names; some d in names}) > 0` + "\n\nimport data.rostergate.catalog\n\nnames := object.keys(catalog.names)"),
		"a builtin that errs":        wrote(`hide contains "users.email" if regex.match("(", "x")`),
		"one that is wrong of three": append(wrote(`hide contains "users.phone"`), append([]policy.Guardrail{{ID: "wrong"}}, wrote(`hide contains "users.phone"`)...)...),
	} {
		in := special()
		in.Guardrails = all
		decision, err := engine(t).Decide(t.Context(), in)
		if err != nil {
			t.Errorf("%s: an error, which would be tried again: %v", says, err)
			continue
		}
		if decision.Allow || len(decision.Reasons) != 1 || !strings.HasPrefix(decision.Reasons[0], "guardrail_failed:") {
			t.Errorf("%s: allowed %v, because of %q", says, decision.Allow, decision.Reasons)
		}
		for plural, one := range decision.Entities {
			if one.Allow {
				t.Errorf("%s: %s are open", says, plural)
			}
		}
	}
}

func TestAWrittenGuardrailIsBlamedByLineAndColumn(t *testing.T) {
	for says, one := range map[string]struct{ rules, want string }{
		"a misspelt path":     {"hide contains \"users.email\" if input.ap.id == \"x\"\n", "guardrail.rego:3:32: undefined ref: input.ap.id"},
		"a rule of no form":   {"keep_rows contains {\"field\": \"users.grades\", \"op\": \"in\", \"value\": []}\n", "guardrail.rego:3:1: nothing reads the rule keep_rows: a guardrail has the rules only, hide, mask"},
		"a field there isn't": {"hide contains \"users.emial\"\n", "guardrail.rego:3:1: hide names \"users.emial\", and users have no such field"},
	} {
		err := engine(t).CheckGuardrail(t.Context(), wrote(one.rules)[0].Files)
		if err == nil || !strings.HasPrefix(err.Error(), one.want) {
			t.Errorf("%s: the error is %v", says, err)
		}
	}
}

func TestWhatIsBrokenIsToldFromWhatWas(t *testing.T) {
	before := special()
	before.Guardrails = wrote("hide contains \"users.email\"\n\nmask[\"users.familyName\"] := \"initial\"\n\nhide contains \"orgs\"\n")
	change(before.Grant, "users", func(e *policy.EntityGrant) {
		e.Fields = slices.DeleteFunc(e.Fields, func(name string) bool { return name == "email" || name == "familyName" })
		e.Masks = map[string]policy.Mask{"familyName": policy.Constant}
	})
	names := func(broken []policy.Broken) (all []string) {
		for _, one := range broken {
			all = append(all, one.String())
		}
		return all
	}
	was, err := engine(t).Broken(t.Context(), before)
	if err != nil || !slices.Contains(names(was), "orgs") || slices.Contains(names(was), "users.email") {
		t.Fatalf("broken is %q: %v", names(was), err)
	}
	after := before
	after.Grant = before.Grant.Clone()
	tick(after.Grant, "users", "email", "familyName")
	change(after.Grant, "users", func(e *policy.EntityGrant) { e.Masks = nil })
	is, err := engine(t).Broken(t.Context(), after)
	if newly := names(policy.Newly(was, is)); err != nil || !slices.Equal(newly, []string{"users.email", "users.familyName"}) {
		t.Errorf("newly broken is %q: %v", newly, err)
	}
	if newly := policy.Newly(is, was); len(newly) > 0 {
		t.Errorf("taking it back breaks %q", names(newly))
	}
}

// guardrails makes some out of bytes: most are well formed.
func (d *dice) guardrails() (all []policy.Guardrail) {
	for range d.roll() % 4 {
		kind := policy.GuardrailKinds()[d.roll()%4]
		all = append(all, kind.Chosen(policy.Parameters{Class: policy.BarredClasses()[d.roll()%4], Vendor: policy.Vendors()[d.roll()%7]}))
	}
	for i := range d.roll() % 3 {
		text := strings.Replace(d.written(), "package rostergate.app", "package rostergate.guardrail", 1)
		all = append(all, policy.Guardrail{ID: fmt.Sprint("ours-", i), Files: rego.Source{"guardrail.rego": text}})
	}
	return all
}

func TestNoGuardrailAddsAnythingAndNothingSpecialPassesWithoutAnAgreement(t *testing.T) {
	e := engine(t)
	denials, cuts, kept := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		in := (&dice{rapid.SliceOfN(rapid.Byte(), 300, 1600).Draw(t, "input")}).input()
		d := &dice{rapid.SliceOfN(rapid.Byte(), 100, 400).Draw(t, "dice")}
		in.Day, in.App.Vendor = "2026-11-30", policy.Vendors()[d.roll()%7]
		if d.half() {
			in.App.Preset, in.App.Ceiling = "amplify", true
			in.Grant.Lifts = map[string]string{d.name(): "why not", "users.pronouns": "why not"}
		}
		if d.seldom() {
			in.Own = &policy.Own{Files: rego.Source{"policy.rego": d.written()}}
		}
		before, err := e.Plan(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		guarded := in
		guarded.Guardrails = d.guardrails()
		after, err := e.Plan(t.Context(), guarded)
		if err != nil {
			t.Fatal(err)
		}
		onlyCoarser(t, before, after, fmt.Sprintf("%+v", guarded.Guardrails))
		widened(t, before, after)
		switch {
		case before.Allow && !after.Allow:
			denials++
		case after.Allow && len(contents(after)) < len(contents(before)):
			cuts++
		}
		guarded.Guardrails = append(guarded.Guardrails, policy.SpecialNeedsAgreement.Chosen(policy.Parameters{}))
		if plan, err := e.Plan(t.Context(), guarded); err != nil || len(specials(plan)) > 0 {
			t.Errorf("without an agreement it has %q: %v", specials(plan), err)
		}
		kept += len(specials(before))
	})
	if !testing.Short() && (denials == 0 || cuts == 0 || kept == 0) { // which draws too few for that
		t.Errorf("%d guardrails were wrong, %d others took something away, %d special fields were there: the test has lost its meaning", denials, cuts, kept)
	}
}

// specials lists what a plan shows that is special by the catalog.
func specials(plan *policy.Plan) (all []string) {
	if plan == nil {
		return nil
	}
	for _, one := range plan.Entities() {
		for _, f := range one.Fields {
			if f.Class == catalog.Special || f.Category == catalog.SpecialIndicator {
				all = append(all, f.Name)
			}
		}
		for _, key := range one.Keys {
			if catalog.ClassOfKey(one.Entity.Plural, key) == catalog.Special || catalog.CategoryOfKey(one.Entity.Plural, key) == catalog.SpecialIndicator {
				all = append(all, key)
			}
		}
	}
	return all
}
