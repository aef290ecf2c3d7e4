package policy_test

import (
	"testing"

	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

func BenchmarkDecide(b *testing.B) {
	e, in := engine(b), asking(rich())
	in.Keys = known()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Decide(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKeptPlan(b *testing.B) {
	s := shelve(b, 10)
	key := s.key(1)
	s.get(b, key)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Get(b.Context(), key, s.input); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlanKey(b *testing.B) {
	s := shelve(b, 10)
	b.ReportAllocs()
	for b.Loop() {
		s.key(1)
	}
}

func BenchmarkMask(b *testing.B) {
	for _, mask := range policy.Masks() {
		b.Run(string(mask), func(b *testing.B) {
			m := masking(b, secret, "library", "users", "familyName", mask)
			buffer, value := make([]byte, 0, 64), []byte("2014-09-30")
			b.ReportAllocs()
			for b.Loop() {
				m.Append(buffer, value)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := policy.New(); err != nil {
			b.Fatal(err)
		}
	}
}

// A decision with an app's policy is the base decision twice, and asking the policy; plans
// are remembered, so that a request pays nothing of it.
func BenchmarkDecideUnderAPolicy(b *testing.B) {
	in := under(full(), `
# METADATA
# title: Nothing personal
hide contains given.name if {
	some given in input.granted
	given.class == "personal"
}`)
	e := engine(b)
	for b.Loop() {
		if _, err := e.Decide(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

// Checking a policy and running its tests is what a person waits for who saves one.
func BenchmarkTestingAPolicy(b *testing.B) {
	files := rego.Source{"policy.rego": `package rostergate.app

# METADATA
# title: Nothing personal
hide contains given.name if {
	some given in input.granted
	given.class == "personal"
}

mask["users.familyName"] := "initial"

keep_rows contains {"field": "students.grades", "op": "in", "value": ["09", "10"]}
`, "policy_test.rego": `package rostergate.app_test

import data.rostergate.app

test_personal_is_hidden if {
	"users.email" in app.hide with input as {"granted": [{"name": "users.email", "entity": "users", "bag": "", "class": "personal", "mask": ""}]}
}

test_family_names_are_initials if app.mask["users.familyName"] == "initial"
`}
	e := engine(b)
	for b.Loop() {
		report, err := e.Test(b.Context(), files)
		if err != nil || report.Problem() != "" {
			b.Fatal(report.Problem(), err)
		}
	}
}
