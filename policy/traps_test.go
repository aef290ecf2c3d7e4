package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// What looks outside, what differs from one time to the next, and what makes much memory
// out of little is nothing that an app's policy can call, nor a test of one.
func TestAPolicyHasNoBuiltinThatLooksOutsideOrGrows(t *testing.T) {
	for call, outside := range map[string]string{
		"http.send":           `http.send({"method": "GET", "url": "http://127.0.0.1"})`,
		"net.lookup_ip_addr":  `net.lookup_ip_addr("example.org")`,
		"opa.runtime":         `opa.runtime()`,
		"time.now_ns":         `time.now_ns()`,
		"rand.intn":           `rand.intn("x", 2)`,
		"uuid.rfc4122":        `uuid.rfc4122("x")`,
		"io.jwt.decode":       `io.jwt.decode("x")`,
		"trace":               `trace("x")`,
		"replace":             `replace("aaaa", "a", "bbbb")`,
		"regex.replace":       `regex.replace("aaaa", "a", "bbbb")`,
		"sprintf":             `sprintf("%1000000d", [1])`,
		"concat":              `concat(",", ["a"])`,
		"array.concat":        `array.concat([1], [2])`,
		"numbers.range":       `numbers.range(1, 1000000)`,
		"walk":                `walk(input)`,
		"strings.repeat":      `strings.repeat("x", 1000000)`,
		"json.marshal":        `json.marshal(input)`,
		"object.union":        `object.union({}, {})`,
		"graph.reachable":     `graph.reachable({}, {})`,
		"crypto.sha256":       `crypto.sha256("x")`,
		"rego.metadata.chain": `rego.metadata.chain()`,
	} {
		for _, files := range []rego.Source{
			{"policy.rego": "package rostergate.app\n\nhide contains \"users.email\" if x := " + outside, "policy_test.rego": gentleTest},
			{"policy.rego": gentle, "policy_test.rego": gentleTest + "\ntest_more if x := " + outside},
		} {
			var found rego.Problems
			if err := engine(t).Check(t.Context(), files); !errors.As(err, &found) || len(found) == 0 {
				t.Errorf("%s: %v", call, err)
			}
		}
	}
}

// A policy stays what it was when somebody saves another: rego.v2 and whatever comes after
// it waits behind a capability that no policy has.
func TestAPolicyIsOfTheFirstVersionOfRegoAlone(t *testing.T) {
	for says, rules := range map[string]string{
		"before the first": "package rostergate.app\n\nhide[name] { name := \"users.email\" }\n",
		"the second":       "package rostergate.app\n\nimport rego.v2\n\nhide contains \"users.email\"\n",
	} {
		var found rego.Problems
		if err := engine(t).Check(t.Context(), rego.Source{"policy.rego": rules}); !errors.As(err, &found) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if err := engine(t).Check(t.Context(), rego.Source{"policy.rego": "package rostergate.app\n\nimport rego.v1\n\nhide contains \"users.email\"\n"}); err != nil {
		t.Error(err)
	}
}

func TestACheckFindsWhatIsWrongWithTestsAndRunsNone(t *testing.T) {
	failing := "package rostergate.app_test\n\ntest_no if \"users.phone\" == \"users.email\"\n"
	if err := engine(t).Check(t.Context(), rego.Source{"policy.rego": gentle, "policy_test.rego": failing}); err != nil {
		t.Errorf("a test that fails: %v", err)
	}
	if err := engine(t).Check(t.Context(), rego.Source{"policy.rego": gentle}); err != nil {
		t.Errorf("no test: %v", err)
	}
	err := engine(t).Check(t.Context(), rego.Source{"policy.rego": gentle, "policy_test.rego": "package rostergate.app_test\n\ntest_more if missing\n"})
	if err == nil || !strings.Contains(err.Error(), "policy_test.rego:3:14: ") {
		t.Errorf("a test that does not compile: %v", err)
	}
}

func TestTextThatNoDatabaseHoldsIsNoPolicy(t *testing.T) {
	for _, bad := range []string{"\x00", "\xff"} {
		err := engine(t).Check(t.Context(), rego.Source{"policy.rego": gentle + "# " + bad + "\n"})
		if err == nil || !strings.Contains(err.Error(), "policy.rego: it is no text in UTF-8") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A rule that hides by class hides the keys that are known to be of it, and has a word for
// what a district named and nobody knows.
func TestARuleHidesKeysByTheirClass(t *testing.T) {
	known, odd := catalog.Member{Entity: "demographics", Bag: catalog.Metadata, Name: "ideaIndicator"}, catalog.Member{Entity: "users", Bag: catalog.UserIDs, Name: "StateID"}
	class := string(catalog.ClassOfKey(known.Entity, known.Name))
	if class == "" {
		t.Fatalf("%s has no class", known)
	}
	grant := reading()
	change(grant, "demographics", func(e *policy.EntityGrant) { e.Metadata, e.Keys = true, []string{known.Name} })
	change(grant, "users", func(e *policy.EntityGrant) { e.Types = []string{odd.Name} })
	for hides, left := range map[string][2]bool{string(catalog.Directory): {true, true}, class: {false, true}, "unclassified": {true, false}} {
		in := under(grant, "hide contains given.name if {\n\tsome given in input.granted\n\tgiven.class == \""+hides+"\"\n}\n")
		in.Keys = []policy.Key{{Member: known, Reviewed: true}, {Member: odd, Reviewed: true}}
		decision := decide(t, in)
		got := [2]bool{decision.Entities["demographics"].Keys[known.Name].Share, decision.Entities["users"].Types[odd.Name].Share}
		if got != left {
			t.Errorf("without what is %q the known key and the type are shared: %v, want %v", hides, got, left)
		}
		if !decision.Entities["users"].Fields["email"].Share {
			t.Errorf("without what is %q the address is hidden", hides)
		}
	}
}
