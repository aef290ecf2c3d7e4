package explanation

import (
	"strings"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
)

// step says in words what a stage of deciding said.
func (t Teller) step(m catalog.Member, s policy.Step) Step {
	told := Step{Name: string(s.Stage), Label: t.label(s.Stage), Said: s.Said, Mask: s.Mask, Says: t.says(m, s)}
	if len(s.Codes) > 0 {
		told.Reason = s.Codes[0]
	}
	for _, c := range s.Keep {
		told.Says = append(told.Says, "It keeps only records where "+c.String()+", by the rule: "+c.Rule()+".")
	}
	return told
}

// label is what people call a stage: a layer as its reason does.
func (t Teller) label(stage policy.Stage) string {
	switch stage {
	case policy.OfApp:
		return "The app"
	case policy.OfPermissions:
		return "Its permissions"
	}
	for _, layer := range policy.Layers() {
		if layer.Stage() == stage {
			name := strings.TrimSuffix(strings.TrimPrefix(t.Engine.Reason(string(layer)), "Hidden by "), ".")
			return strings.ToUpper(name[:1]) + name[1:]
		}
	}
	return string(stage)
}

func (t Teller) says(m catalog.Member, s policy.Step) []string {
	switch s.Said {
	case policy.Hides:
		return t.reasons(s)
	case policy.Blurs:
		return []string{masked(s)}
	case policy.Lifted:
		return []string{"It would hide this, by the rule: " + s.Rule() + ".", "That is lifted: " + s.Lift}
	case policy.Unasked:
		return []string{"It is hidden already, so this was not asked."}
	case policy.Absent:
		return []string{"None holds for this app."}
	}
	switch {
	case s.Stage == policy.OfApp:
		return []string{"It is enabled, and its permissions have not ended."}
	case s.Stage == policy.OfPermissions && m.Name == "":
		return []string{"They give this kind of record."}
	case s.Stage == policy.OfPermissions:
		return []string{"They share it."}
	}
	return []string{"It lets this through."}
}

// reasons are the sentences of all rules that hide something. What goes with something that
// a layer hides has a reason of the base policy.
func (t Teller) reasons(s policy.Step) []string {
	var all []string
	for _, code := range s.Codes {
		all = append(all, t.Engine.Reason(code))
	}
	if s.Stage != policy.OfApp && s.Stage != policy.OfPermissions && policy.LayerOf(s.Codes[0]) == "" && !strings.HasPrefix(s.Codes[0], string(s.Stage)+"_failed:") {
		all = append(all, "It hides what this cannot go without.")
	}
	return all
}

func masked(s policy.Step) string {
	shown := map[policy.Mask]string{
		policy.Initial: "its initial alone", policy.Year: "its year alone",
		policy.Pseudonym: "a pseudonym in its place", policy.Constant: "the same word for everybody",
	}[s.Mask]
	if s.Stage == policy.OfPermissions {
		return "They mask it: the app gets " + shown + "."
	}
	return "It masks this more strongly: the app gets " + shown + ", by the rule: " + s.Rule() + "."
}
