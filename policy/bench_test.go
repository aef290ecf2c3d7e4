package policy_test

import (
	"testing"

	"github.com/rostergate/rostergate/policy"
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
