package guardrails

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/policy/rego"
)

// most is how many a district may have: each is asked in every decision.
const most = 40

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const longestID = 40

// Check says, as a fault.Invalid, why a list will not do in the place of another. Of rules
// that the district wrote, the tests of those that are new are run: one must, and none may
// fail.
func Check(ctx context.Context, engine *policy.Engine, held, wanted []policy.Guardrail) error {
	if len(wanted) > most {
		return fault.New(fault.Invalid, "These are %d guardrails, more than %d. Write several rules into one.", len(wanted), most)
	}
	ids := map[string]bool{}
	for _, g := range wanted {
		if err := CheckForm(g); err != nil {
			return err
		}
		if ids[g.ID] {
			return fault.New(fault.Invalid, "There are two guardrails %q. Give each an ID of its own.", g.ID)
		}
		ids[g.ID] = true
		old, _ := Saved{Rules: held}.Find(g.ID)
		if g.Kind != "" || maps.Equal(old.Files, g.Files) {
			continue
		}
		if _, err := Try(ctx, engine, g.Files); err != nil {
			return fmt.Errorf("the guardrail %s: %w", g.ID, err)
		}
	}
	return nil
}

// Try compiles a guardrail that the district wrote and runs its tests. One that they do not
// vouch for is a fault.Invalid, with the line and column of what is wrong.
func Try(ctx context.Context, engine *policy.Engine, files rego.Source) (rego.Report, error) {
	report, err := engine.TestGuardrail(ctx, files)
	if err == nil && report.Problem() != "" {
		err = fault.New(fault.Invalid, "the guardrail is not saved: %s", report.Problem())
	}
	var wrong rego.Problems
	if errors.As(err, &wrong) {
		err = fault.New(fault.Invalid, "%s", wrong.Error())
	}
	return report, err
}

// CheckForm says, as a fault.Invalid, what of a guardrail will not do, its text apart.
func CheckForm(g policy.Guardrail) error {
	switch {
	case g.Kind == "":
		return checkWritten(g)
	case !slices.Contains(policy.GuardrailKinds(), g.Kind):
		return fault.New(fault.Invalid, "no kind of guardrail is called %q%s", likeness.Echo(string(g.Kind)), likeness.DidYouMean(string(g.Kind), texts(policy.GuardrailKinds())))
	case len(g.Files) > 0:
		return fault.New(fault.Invalid, "%s is of the list, and has no text of its own", g.Kind)
	}
	if g.Kind == policy.ClassNeverForVendor {
		if _, err := FindClass(string(g.Parameters.Class)); err != nil {
			return err
		}
		if _, err := FindVendor(string(g.Parameters.Vendor)); err != nil {
			return err
		}
	}
	want := g.Kind.Chosen(g.Parameters)
	if want.ID != g.ID || g.Kind != policy.ClassNeverForVendor && g.Parameters != (policy.Parameters{}) {
		return fault.New(fault.Invalid, "the guardrail %q of the kind %s is called %s, with no other parameters than its own", likeness.Echo(g.ID), g.Kind, want.ID)
	}
	return nil
}

func checkWritten(g policy.Guardrail) error {
	if len(g.ID) > longestID || !slug.MatchString(g.ID) {
		return fault.New(fault.Invalid, "Enter an ID of 1 to %d lowercase letters, digits and single hyphens, such as no-addresses.", longestID)
	}
	if len(g.Files) == 0 {
		return fault.New(fault.Invalid, "The guardrail %s has no rules. Write some, with a test, or choose one of the list.", g.ID)
	}
	if g.Parameters != (policy.Parameters{}) {
		return fault.New(fault.Invalid, "a guardrail that is written has no parameters: write them into its rules")
	}
	if ofTheList(g.ID) {
		return fault.New(fault.Invalid, "The ID %q is that of a guardrail of the list. Enter another ID.", g.ID)
	}
	return nil
}

// ofTheList reports whether a guardrail that is chosen from the list has, or would have, an ID.
func ofTheList(id string) bool {
	for _, kind := range policy.GuardrailKinds() {
		if id == string(kind) {
			return true
		}
	}
	for _, class := range policy.BarredClasses() {
		for _, vendor := range policy.Vendors() {
			if policy.ClassNeverForVendor.Chosen(policy.Parameters{Class: class, Vendor: vendor}).ID == id {
				return true
			}
		}
	}
	return false
}

// FindVendor finds a kind of product by its name. One that there is not is a fault.Invalid.
func FindVendor(written string) (policy.Vendor, error) {
	if !slices.Contains(policy.Vendors(), policy.Vendor(written)) {
		return "", unknown("kind of product", written, texts(policy.Vendors()))
	}
	return policy.Vendor(written), nil
}

// FindClass finds a class that ClassNeverForVendor may name. One that there is not is a
// fault.Invalid.
func FindClass(written string) (catalog.Class, error) {
	if !slices.Contains(policy.BarredClasses(), catalog.Class(written)) {
		return "", unknown("class of fields", written, texts(policy.BarredClasses()))
	}
	return catalog.Class(written), nil
}

func unknown(what, written string, names []string) error {
	return fault.New(fault.Invalid, "no %s is called %q%s; there are %s", what, likeness.Echo(written), likeness.DidYouMean(written, names), strings.Join(names, ", "))
}

func texts[T ~string](all []T) []string {
	var names []string
	for _, one := range all {
		names = append(names, string(one))
	}
	return names
}
