package dataguard

import (
	"strconv"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/rules"
)

// policyForm is the policy of an app as a person edits it.
type policyForm struct {
	rules.Form
	version int64 // of the policy that the person was looking at
}

// policyFormOf is the form as it stands in a saved policy, or an example of one where the
// app has none.
func policyFormOf(saved apps.SavedPolicy) policyForm {
	f := policyForm{rules.Of(saved.Files), saved.Version}
	if len(f.Files) == 0 {
		f.Files = []rules.File{{Name: "policy.rego", Text: exampleRules}, {Name: "policy_test.rego", Text: exampleTests}}
	}
	return f
}

// What a person begins with who writes the first policy of an app.
const (
	exampleRules = `package rostergate.app

# METADATA
# title: No addresses
# description: The app sends no mail.
hide contains "users.email"
`
	exampleTests = `package rostergate.app_test

import data.rostergate.app

test_no_address_is_shared if "users.email" in app.hide
`
)

// readPolicyForm takes the form from a post, with the files that came with it.
func readPolicyForm(v *frame.Visit) (policyForm, error) {
	version, err := strconv.ParseInt(v.FormValue("version"), 10, 64)
	if err != nil {
		return policyForm{}, fault.New(fault.Invalid, "The form does not say which version of the policy it changes. Open the page again.")
	}
	files, err := rules.Read(v, "a policy")
	return policyForm{files, version}, err
}

// keptValues are the form for the next page to carry along.
func (f policyForm) keptValues(version int64) []keptValue {
	kept := []keptValue{{"version", strconv.FormatInt(version, 10)}}
	for _, pair := range f.Values() {
		kept = append(kept, keptValue{pair[0], pair[1]})
	}
	return kept
}
