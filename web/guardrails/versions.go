package guardrails

import (
	"strconv"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/guardrails"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/web/frame"
)

type versionModel struct {
	May     bool
	Version version
	Written []written
	Holds   int64
}

// versionPage shows one version of the list.
func (r *Room) versionPage(v *frame.Visit) error {
	number, err := strconv.ParseInt(v.PathParam("version"), 10, 64)
	if err != nil {
		return noSuchVersion()
	}
	saved, err := r.versionOf(v, number)
	if err != nil {
		return err
	}
	holds, err := v.HeldGuardrails()
	if err != nil {
		return err
	}
	m := versionModel{May: v.Person.Role == people.Admin, Version: newVersion(v, saved, saved.Version == holds.Version), Holds: holds.Version}
	for _, g := range saved.Rules {
		if g.Kind == "" {
			m.Written = append(m.Written, r.newWritten(g))
		}
	}
	return v.Show("guardrailsversion", "Version "+strconv.FormatInt(number, 10)+" of the guardrails", m)
}

func (r *Room) versionOf(v *frame.Visit, number int64) (guardrails.Saved, error) {
	all, err := v.GuardrailVersions()
	for _, saved := range all {
		if err == nil && saved.Version == number {
			return saved, nil
		}
	}
	if err == nil {
		err = noSuchVersion()
	}
	return guardrails.Saved{}, err
}

func noSuchVersion() error { return fault.New(fault.NotFound, "The guardrails have no such version.") }
