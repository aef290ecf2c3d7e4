package guardrails

import (
	"maps"
	"slices"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/web/frame"
)

type listModel struct {
	May      bool
	Version  int64
	Kinds    []frame.Switch // those without parameters, and each pair of a class and a kind of product that holds
	Class    frame.Choice   // of one more pair
	Vendor   frame.Choice
	Written  []written
	Apps     []kindOfApp
	Reason   frame.Field
	Versions []version
}

// written is a guardrail that the district wrote.
type written struct {
	ID    string
	Rules []policy.GuardrailRule
	Texts []numbered
}

// numbered is a file with its lines.
type numbered struct {
	Name  string
	Lines []string
}

// kindOfApp is an app, and what kind of product it is.
type kindOfApp struct {
	ID, Name string
	Kind     string
	Choice   frame.Choice
}

// version is the list as it was saved.
type version struct {
	guardrails.Saved
	At      frame.Moment
	Current bool
	Names   []string
}

func (r *Room) listPage(v *frame.Visit) error {
	m, err := r.newList(v)
	if err != nil {
		return err
	}
	return v.Show("guardrails", "Guardrails", m)
}

func (r *Room) newList(v *frame.Visit) (listModel, error) {
	m := listModel{May: v.Person.Role == people.Admin, Reason: frame.ReasonField("")}
	history, err := v.GuardrailVersions()
	if err != nil {
		return m, err
	}
	var holds guardrails.Saved
	for i, saved := range history {
		m.Versions = append(m.Versions, newVersion(v, saved, i == 0))
	}
	if len(history) > 0 {
		holds = history[0]
	}
	m.Version = holds.Version
	m.chosen(holds)
	for _, g := range holds.Rules {
		if g.Kind == "" {
			m.Written = append(m.Written, r.newWritten(g))
		}
	}
	all, err := r.Apps.List(v.Context())
	for _, app := range all {
		m.Apps = append(m.Apps, newKindOfApp(app))
	}
	return m, err
}

// chosen lists those of the list: each kind without parameters, and each pair that holds.
func (m *listModel) chosen(holds guardrails.Saved) {
	for _, kind := range policy.GuardrailKinds() {
		if kind == policy.ClassNeverForVendor {
			continue
		}
		_, on := holds.Find(string(kind))
		m.Kinds = append(m.Kinds, frame.Switch{Name: "chosen", Value: string(kind), Label: kindLabel(kind), Hint: kindHint(kind), On: on, Fixed: !m.May})
	}
	for _, g := range holds.Rules {
		if g.Kind == policy.ClassNeverForVendor {
			m.Kinds = append(m.Kinds, frame.Switch{Name: "chosen", Value: g.ID, Label: label(g), Hint: kindHint(g.Kind), On: true, Fixed: !m.May})
		}
	}
	m.Class = frame.Choice{Name: "class", Label: "Never", Options: []frame.Option{{Label: "No further rule"}}}
	for _, class := range policy.BarredClasses() {
		m.Class.Options = append(m.Class.Options, frame.Option{Value: string(class), Label: frame.ClassStatus(class).Label + " fields"})
	}
	m.Vendor = vendorChoice("vendor", "For products of the kind", "")
}

func vendorChoice(name, says string, chosen policy.Vendor) frame.Choice {
	c := frame.Choice{Name: name, Label: says}
	for _, vendor := range policy.Vendors() {
		c.Options = append(c.Options, frame.Option{Value: string(vendor), Label: vendorLabel(vendor), Chosen: vendor == chosen})
	}
	return c
}

func newKindOfApp(app apps.App) kindOfApp {
	one := kindOfApp{ID: app.ID, Name: app.Name, Kind: vendorLabel(app.Kind()), Choice: vendorChoice("vendor", "Kind of product", app.Vendor)}
	one.Choice.Label = "Kind of product: " + app.Name
	own := app
	own.Vendor = ""
	preset := frame.Option{Label: "Not said"}
	if own.Kind() != "" {
		preset.Label = vendorLabel(own.Kind()) + ", as its preset says"
	}
	one.Choice.Options = append([]frame.Option{preset}, one.Choice.Options...)
	return one
}

func (r *Room) newWritten(g policy.Guardrail) written {
	one := written{ID: g.ID, Rules: r.Engine.GuardrailRules(g)}
	for _, name := range slices.Sorted(maps.Keys(g.Files)) {
		one.Texts = append(one.Texts, numbered{name, strings.Split(strings.TrimSuffix(g.Files[name], "\n"), "\n")})
	}
	return one
}

func newVersion(v *frame.Visit, saved guardrails.Saved, current bool) version {
	one := version{Saved: saved, At: v.Moment(saved.SavedAt), Current: current}
	for _, g := range saved.Rules {
		one.Names = append(one.Names, label(g))
	}
	return one
}

// label is what a guardrail is called in a list.
func label(g policy.Guardrail) string {
	switch g.Kind {
	case "":
		return g.ID
	case policy.ClassNeverForVendor:
		return frame.ClassStatus(g.Parameters.Class).Label + " fields never for " + strings.ToLower(vendorLabel(g.Parameters.Vendor))
	}
	return kindLabel(g.Kind)
}

func kindLabel(kind policy.GuardrailKind) string {
	return map[policy.GuardrailKind]string{
		policy.SpecialNeedsAgreement: "Special fields need an agreement",
		policy.PersonalNeedsPurpose:  "Personal fields need a purpose",
		policy.NoUnclassifiedKey:     "No key that nobody knows",
	}[kind]
}

func kindHint(kind policy.GuardrailKind) string {
	return map[policy.GuardrailKind]string{
		policy.SpecialNeedsAgreement: "Special fields, and what the NDPA calls special indicators, go to an app only while an agreement with its vendor is in force.",
		policy.PersonalNeedsPurpose:  "Personal and special fields go to an app only where its permissions say what they are for.",
		policy.NoUnclassifiedKey:     "Metadata keys whose meaning is not known go to no app.",
		policy.ClassNeverForVendor:   "Nor for an app of which nobody has said what kind of product it is.",
	}[kind]
}

func vendorLabel(vendor policy.Vendor) string {
	return map[policy.Vendor]string{
		policy.Assessment: "Assessment", policy.Communication: "Communication", policy.Curriculum: "Curriculum", policy.Library: "Library",
		policy.Planning: "College and career planning", policy.Practice: "Practice", policy.OtherVendor: "Other products", "": "Not said",
	}[vendor]
}

// setVendor says what kind of product an app is.
func (r *Room) setVendor(v *frame.Visit) error {
	err := r.Apps.SetVendor(v.Context(), v.FormValue("app"), policy.Vendor(v.FormValue("vendor")), v.By(v.FormValue("reason")))
	if err != nil {
		return err
	}
	return v.EndForm(path, "The kind of product is saved.")
}

// barred is the pair that the form adds, if it adds one.
func barred(v *frame.Visit) (policy.Guardrail, bool) {
	p := policy.Parameters{Class: catalog.Class(v.FormValue("class")), Vendor: policy.Vendor(v.FormValue("vendor"))}
	return policy.ClassNeverForVendor.Chosen(p), p.Class != ""
}
