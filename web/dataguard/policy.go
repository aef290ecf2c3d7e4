package dataguard

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy/rego"
	"github.com/rostergate/rostergate/web/frame"
)

func (r *Room) policyRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/apps/:app/policy", frame.Anyone, r.policyPage),
		frame.Post("/apps/:app/policy", frame.Admins, r.policyChanges).WithValues().Kept(),
		frame.Get("/apps/:app/policy/edit", frame.Admins, r.editPolicy).WithNames(),
		frame.Post("/apps/:app/policy/edit", frame.Admins, r.policyAgain).WithNames().Kept(),
		frame.Post("/apps/:app/policy/save", frame.Admins, r.savePolicy).WithValues().Kept(),
		frame.Get("/apps/:app/policy/:version", frame.Anyone, r.policyVersionPage),
		frame.Get("/apps/:app/policy/:version/back", frame.Admins, r.policyUndo).WithNames(),
		frame.Post("/apps/:app/policy/:version/back", frame.Admins, r.goBackToPolicy).WithValues(),
		frame.Post("/apps/:app/policy/:version/compare", frame.Admins, r.policyUndo).WithValues(),
	}
}

func policyPath(app apps.App) string { return "/apps/" + app.ID + "/policy" }

type policyModel struct {
	App      apps.App
	State    frame.Status
	May      bool
	Holds    *policyVersion // nil where the app has none
	Versions []policyVersion
}

// policyVersion is a policy as it was saved.
type policyVersion struct {
	apps.SavedPolicy
	At      frame.Moment
	Current bool
	Names   []string     // of its files
	Texts   []numbered   // its files
	Diff    []markedLine // against the version before
}

// numbered is a file with its lines.
type numbered struct {
	Name  string
	Lines []string
}

// markedLine is a line of a diff: of one that comes, one that goes, or neither.
type markedLine struct{ Mark, Text string }

func (r *Room) policyPage(v *frame.Visit) error {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return err
	}
	all, err := v.PolicyVersions(o.ID)
	if err != nil {
		return err
	}
	m := policyModel{App: o.App, State: frame.StateStatus(o.State), May: v.Person.Role == people.Admin}
	for i, saved := range all {
		m.Versions = append(m.Versions, newPolicyVersion(v, saved, i == 0))
	}
	if len(all) > 0 && !all[0].Removed() {
		m.Holds = &m.Versions[0]
	}
	return v.Show("policy", "Policy of "+o.Name, m)
}

func newPolicyVersion(v *frame.Visit, saved apps.SavedPolicy, current bool) policyVersion {
	one := policyVersion{SavedPolicy: saved, At: v.Moment(saved.SavedAt), Current: current, Names: slices.Sorted(maps.Keys(saved.Files))}
	for _, name := range one.Names {
		one.Texts = append(one.Texts, numbered{name, strings.Split(strings.TrimSuffix(saved.Files[name], "\n"), "\n")})
	}
	return one
}

// markedLines marks the lines of a diff.
func markedLines(from, to rego.Source) []markedLine {
	var all []markedLine
	for _, line := range rego.Diff(from, to) {
		one := markedLine{Text: line}
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "@@"):
			one.Mark = "place"
		case strings.HasPrefix(line, "+"):
			one = markedLine{"new", line[1:]}
		case strings.HasPrefix(line, "-"):
			one = markedLine{"gone", line[1:]}
		case line != "":
			one.Text = line[1:]
		}
		all = append(all, one)
	}
	return all
}

type policyVersionModel struct {
	App      apps.App
	May      bool
	Version  policyVersion
	Previous int64 // 0 where it is the first
}

// policyVersionPage shows one version, and how it differs from the one before.
func (r *Room) policyVersionPage(v *frame.Visit) error {
	o, earlier, err := r.earlierPolicy(v)
	if err != nil {
		return err
	}
	if earlier.Version == 0 {
		return noSuchPolicy()
	}
	holds, err := v.HeldPolicy(o.ID)
	if err != nil {
		return err
	}
	before, err := v.PolicyVersion(o.ID, earlier.Version-1)
	if err != nil {
		return err
	}
	m := policyVersionModel{App: o.App, May: v.Person.Role == people.Admin, Version: newPolicyVersion(v, earlier, earlier.Version == holds.Version), Previous: before.Version}
	m.Version.Diff = markedLines(before.Files, earlier.Files)
	return v.Show("policyversion", "Version "+strconv.FormatInt(earlier.Version, 10)+" of the policy of "+o.Name, m)
}

func noSuchPolicy() error { return fault.New(fault.NotFound, "The policy has no such version.") }

// earlierPolicy is the version that the address names, 0 for no policy, and the app that
// it is of.
func (r *Room) earlierPolicy(v *frame.Visit) (apps.Overview, apps.SavedPolicy, error) {
	o, err := v.AppOverview(v.PathParam("app"))
	if err != nil {
		return o, apps.SavedPolicy{}, err
	}
	version, err := strconv.ParseInt(v.PathParam("version"), 10, 64)
	if err != nil || version < 0 {
		return o, apps.SavedPolicy{}, noSuchPolicy()
	}
	saved, err := v.PolicyVersion(o.ID, version)
	if fault.Is(err, fault.NotFound) {
		err = noSuchPolicy()
	}
	return o, saved, err
}
