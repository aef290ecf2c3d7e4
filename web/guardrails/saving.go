package guardrails

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
	"github.com/rostergate/rostergate/web/frame/gains"
)

// The deeds of the room's forms, each of which makes a list of the one that holds.
const (
	choosing = "choose" // of the list: those that are ticked, and one more pair
	writing  = "write"  // one that is written, in the place of that with its ID
	removing = "remove" // one that is written
	goingTo  = "back"   // an earlier version
)

// wanted is the list as a form wants it.
func (r *Room) wanted(v *frame.Visit, holds guardrails.Saved) ([]policy.Guardrail, error) {
	switch v.FormValue("deed") {
	case choosing:
		return chosenRules(v, holds), nil
	case writing:
		f, err := readWriting(v)
		if err != nil {
			return nil, err
		}
		return holds.With(f.guardrail()), nil
	case removing:
		if _, there := holds.Find(v.FormValue("id")); !there {
			return nil, fault.New(fault.NotFound, "There is no guardrail with this ID any more.")
		}
		return holds.Without(v.FormValue("id")), nil
	case goingTo:
		version, err := strconv.ParseInt(v.FormValue("back"), 10, 64)
		if err != nil {
			return nil, noSuchVersion()
		}
		earlier, err := r.versionOf(v, version)
		return earlier.Rules, err
	}
	return nil, fault.New(fault.Invalid, "The form does not say what it changes. Open the page again.")
}

// chosenRules leaves of the list what is ticked, and adds a pair. What is written stays.
func chosenRules(v *frame.Visit, holds guardrails.Saved) []policy.Guardrail {
	ticked := v.FormValues("chosen")
	next := guardrails.Saved{Rules: slices.DeleteFunc(slices.Clone(holds.Rules), func(g policy.Guardrail) bool {
		return g.Kind != "" && !slices.Contains(ticked, g.ID)
	})}
	for _, kind := range policy.GuardrailKinds() {
		if slices.Contains(ticked, string(kind)) {
			next.Rules = next.With(kind.Chosen(policy.Parameters{}))
		}
	}
	if one, adds := barred(v); adds {
		next.Rules = next.With(one)
	}
	return next.Rules
}

type effectModel struct {
	Notices []frame.Notice
	Names   []change
	Parts   []gains.Part
	None    bool // no app gets anything else
	Idle    bool
	Kept    []keptValue
	Edit    bool // the form can be gone back to
	Reason  frame.Field
}

// change is a guardrail that comes, changes or goes.
type change struct {
	Verb frame.Status
	Name string
}

// keptValue is a value that a form carries along.
type keptValue struct{ Name, Value string }

// showEffect says which apps lose what. Nothing is stored.
func (r *Room) showEffect(v *frame.Visit) error { return r.effect(v, nil) }

func (r *Room) effect(v *frame.Visit, wrong error) error {
	holds, rules, err := r.proposed(v)
	if err != nil {
		return r.refused(v, err)
	}
	if wrong == nil {
		wrong = guardrails.Check(v.Context(), r.Engine, holds.Rules, rules)
	}
	if fault.Is(wrong, fault.Invalid) && v.FormValue("deed") == writing {
		return r.refused(v, wrong)
	}
	m := effectModel{Names: changesOf(holds.Rules, rules), Idle: guardrails.Same(holds.Rules, rules), Edit: v.FormValue("deed") == writing, Reason: frame.ReasonField(v.FormValue("reason"))}
	if m.Parts, err = r.parts(v, rules); err != nil {
		return err
	}
	m.None = len(m.Parts) == 0
	m.Kept = keptValues(v.Request().PostForm, holds.Version, v.Person.ID)
	status := http.StatusOK
	switch {
	case fault.Is(wrong, fault.Invalid):
		m.Notices, status = []frame.Notice{{Tone: frame.Bad, Title: "Nothing is saved", Says: wrong.Error()}}, http.StatusUnprocessableEntity
	case fault.Is(wrong, fault.Conflict):
		m.Notices, status = []frame.Notice{{Tone: frame.Careful, Title: "Someone else changed the guardrails", Says: "Nothing of yours is saved yet. Below is what this changes now."}}, http.StatusConflict
	case wrong != nil:
		return wrong
	}
	return v.ShowWithStatus(status, "guardrailseffect", "What the guardrails change", m)
}

// proposed is what holds, and the list as the form wants it.
func (r *Room) proposed(v *frame.Visit) (guardrails.Saved, []policy.Guardrail, error) {
	holds, err := v.HeldGuardrails()
	if err != nil {
		return holds, nil, err
	}
	rules, err := r.wanted(v, holds)
	return holds, rules, err
}

// parts compares what each app gets now and by the list. Apps that get the same are left
// out.
func (r *Room) parts(v *frame.Visit, rules []policy.Guardrail) ([]gains.Part, error) {
	all, err := r.Apps.List(v.Context())
	if err != nil {
		return nil, err
	}
	var parts []gains.Part
	for _, app := range all {
		part, err := r.Tells.Between(v, app, gateway.Offer{}, gateway.Offer{Guardrails: &rules})
		if err != nil {
			return nil, err
		}
		if len(part.Entities) > 0 {
			part.Title, part.Silent = app.Name, nil
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// changesOf says which guardrails come, change and go.
func changesOf(before, after []policy.Guardrail) (all []change) {
	was, is := guardrails.Saved{Rules: before}, guardrails.Saved{Rules: after}
	for _, g := range after {
		old, held := was.Find(g.ID)
		switch {
		case !held:
			all = append(all, change{frame.Status{Tone: frame.Good, Label: "Comes"}, label(g)})
		case !guardrails.Same([]policy.Guardrail{old}, []policy.Guardrail{g}):
			all = append(all, change{frame.Status{Tone: frame.Careful, Label: "Changes"}, label(g)})
		}
	}
	for _, g := range before {
		if _, stays := is.Find(g.ID); !stays {
			all = append(all, change{frame.Status{Tone: frame.Careful, Label: "Goes"}, label(g)})
		}
	}
	return all
}

// keptValues are a form for the next page to carry along, as a change of what holds.
func keptValues(form url.Values, version int64, person string) []keptValue {
	var kept []keptValue
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range form {
			if !yield(name) {
				return
			}
		}
	}) {
		if slices.Contains([]string{"version", "person", "reason", "do", "csrf"}, name) {
			continue
		}
		for _, value := range form[name] {
			kept = append(kept, keptValue{name, value})
		}
	}
	return append(kept, keptValue{"version", strconv.FormatInt(version, 10)}, keptValue{"person", person})
}

// save saves the list that was shown.
func (r *Room) save(v *frame.Visit) error {
	base, err := strconv.ParseInt(v.FormValue("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "The form does not say which version it changes. Open the page again.")
	}
	holds, rules, err := r.proposed(v)
	if err != nil {
		return r.refused(v, err)
	}
	if guardrails.Same(holds.Rules, rules) {
		return v.EndForm(path, "There was nothing to save.")
	}
	saved, err := r.Apps.SaveGuardrails(v.Context(), base, rules, v.By(v.FormValue("reason")))
	switch {
	case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid):
		return r.effect(v, err)
	case err != nil:
		return err
	}
	return v.EndForm(path, fmt.Sprintf("Saved as version %d. It holds from the next answer on.", saved.Version))
}
