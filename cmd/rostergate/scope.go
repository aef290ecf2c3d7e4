package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/cmd/rostergate/questions"
	"github.com/rostergate/rostergate/explanation"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/terminal"
)

// scopeFlags are the flags of grants set that say which records an app reaches,
// before they are understood.
type scopeFlags struct {
	orgs, courses, classes, roles, grades terminal.Names
	unenrolled, guardians, former         string
}

func (f *scopeFlags) declare(cmd *cobra.Command) {
	flags := cmd.Flags()
	listFlag(cmd, &f.orgs, "orgs", "sourcedIds of orgs, each with everything below it, or all")
	listFlag(cmd, &f.courses, "courses", "sourcedIds of courses, or all")
	listFlag(cmd, &f.classes, "classes", "sourcedIds of classes, of the chosen orgs and courses, or all")
	listFlag(cmd, &f.roles, "roles", "roles of users, or all; guardians come by --guardians alone")
	listFlag(cmd, &f.grades, "grades", "grades of students, or all; 3 and 03, or K and KG, are one grade")
	flags.StringVar(&f.unenrolled, "unenrolled", "", "on or off: users who are enrolled in no class")
	flags.StringVar(&f.guardians, "guardians", "", "on or off: the guardians of the students whom the app sees")
	flags.StringVar(&f.former, "former", "", "on or off: enrollments that ended before today, and whoever is reached by them")
}

// edit understands the flags.
func (f scopeFlags) edit(cmd *cobra.Command, h *house, e *apps.Edit) error {
	for _, one := range []struct {
		name string
		ids  terminal.Names
		to   **policy.Among
	}{{"orgs", f.orgs, &e.Orgs}, {"courses", f.courses, &e.Courses}, {"classes", f.classes, &e.Classes}, {"roles", f.roles, &e.Roles}, {"grades", f.grades, &e.Grades}} {
		if !cmd.Flags().Changed(one.name) {
			continue
		}
		among, err := readAmong(one.name, one.ids.List)
		if err != nil {
			return err
		}
		*one.to = among
	}
	for _, one := range []struct {
		plural string
		ids    terminal.Names
	}{{"orgs", f.orgs}, {"courses", f.courses}, {"classes", f.classes}} {
		if len(one.ids.List) == 0 || slices.Contains(one.ids.List, "all") {
			continue
		}
		if err := h.checkKnown(cmd.Context(), one.plural, one.ids); err != nil {
			return err
		}
	}
	var err error
	if e.Unenrolled, err = onOff("unenrolled", f.unenrolled); err != nil {
		return err
	}
	if e.Guardians, err = onOff("guardians", f.guardians); err != nil {
		return err
	}
	e.Former, err = onOff("former", f.former)
	return err
}

// readAmong reads the words of a flag.
func readAmong(flag string, words []string) (*policy.Among, error) {
	if len(words) == 0 || slices.Contains(words, "") || slices.Contains(words, "all") && len(words) > 1 {
		return nil, usageError{fmt.Errorf("--%s takes a list, with commas between, or all", flag)}
	}
	if words[0] == "all" {
		return &policy.Among{All: true}, nil
	}
	return &policy.Among{Only: words}, nil
}

// checkKnown refuses sourcedIds that the roster does not have.
func (h *house) checkKnown(ctx context.Context, plural string, ids terminal.Names) error {
	snapshot, err := h.views.Snapshot(ctx)
	if err != nil {
		return err
	}
	known := snapshot.SourcedIDs(plural)
	if err := oneName(plural, ids, known); err != nil {
		return err
	}
	for _, id := range ids.List {
		if !slices.Contains(known, id) {
			return fault.New(fault.Invalid, "the roster has no %s with the sourcedId %q%s", singular(plural), id, likeness.DidYouMean(id, known))
		}
	}
	return nil
}

// singular is what one record of an entity is called.
func singular(plural string) string {
	e, _ := catalog.Find(plural)
	return e.Name
}

// noteGrades tells of grades that no user of the roster has.
func (h *house) noteGrades(ctx context.Context, named []string) ([]string, error) {
	snapshot, err := h.views.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	there, notes := snapshot.Grades(), []string{}
	for _, grade := range named {
		if !snapshot.HasGrade(grade) {
			notes = append(notes, fmt.Sprintf("no user has the grade %q; the roster has %s", grade, cmp.Or(terminal.Apart(there), "none")))
		}
	}
	return notes, nil
}

// served lists the entities that have records of their own, as apps ask for them.
func served() []string {
	var names []string
	for _, e := range catalog.Entities() {
		if e.Served {
			names = append(names, e.Plural)
		}
	}
	return names
}

// located is a record and why it is in an app's view or not.
type located struct {
	Entity  string `json:"entity"`
	Record  string `json:"record"`
	Reached bool   `json:"reached"`
	Reason  string `json:"reason"` // the code of the first rule that decided
	Says    string `json:"says"`

	Chain explanation.Chain `json:"chain"`
}

// locate says why an app reaches a record, or why not. What was decided for the
// app and the entity as a whole comes first.
func (h *house) locate(ctx context.Context, why explanation.Why, plural, sourcedID string) (located, error) {
	found := located{Entity: plural, Record: sourcedID}
	e, ok := catalog.Find(plural)
	if !ok || !e.Served {
		return found, questions.NothingCalled(plural, served())
	}
	id, _, err := h.roster.Find(ctx, e, sourcedID)
	switch {
	case err != nil:
		return found, err
	case id == 0:
		return found, fault.New(fault.NotFound, "the roster never had one of the %s with this sourcedId: name another entity by --entity, or look at the letters", plural)
	}
	if found.Chain, err = why.Record(ctx, plural, id); err != nil {
		return found, err
	}
	if last, hidden := found.Chain.Decider(); hidden {
		found.Reason, found.Says = last.Reason, last.Says[0]
		return found, nil
	}
	in := why.Stands.View.Why(plural, id)
	found.Reached, found.Reason, found.Says = true, in.Code, in.Says
	return found, nil
}
