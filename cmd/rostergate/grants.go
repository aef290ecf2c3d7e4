package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func grantsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "grants", Short: "Show and change what an app gets", RunE: help,
		Example: "  rostergate grants show amplify",
	}
	cmd.AddCommand(grantsShow(), grantsSet(), grantsCopy(), grantsHistory(), grantsUndo(), grantsExport(), grantsApply())
	return cmd
}

func grantsShow() *cobra.Command {
	cmd := &cobra.Command{Use: "show APP", Short: "Show an app's grant", Example: "  rostergate grants show amplify --json"}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		app, err := h.apps.Show(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		beyond := app.Agreement.Beyond(app.Grant.Grant)
		if *asJSON {
			return terminal.JSON(cmd.OutOrStdout(), shownGrant{app.Grant, beyond})
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		wording.Grant(w, app.Grant)
		wording.Beyond(w, beyond)
		return w.Err
	})
	return cmd
}

// shownGrant is a grant as grants show writes it.
type shownGrant struct {
	apps.SavedGrant
	Beyond []catalog.Category `json:"beyond_agreement,omitempty"` // granted, and not agreed
}

// grantFlags are the flags of grants set, before they are understood.
type grantFlags struct {
	scopeFlags
	demographics, until, purpose string
	metadata, share, mask, hide  terminal.Names
	lift, unlift                 terminal.Names
}

// names refuses lists that may mean one name or several.
func (f grantFlags) names(cmd *cobra.Command, h *house, app string) error {
	keys, err := h.apps.Keys(cmd.Context(), app)
	if err != nil {
		return err
	}
	known := apps.Names(apps.MembersOf(keys))
	return cmp.Or(oneName("share", f.share, known), oneName("mask", f.mask, known), oneName("hide", f.hide, known), oneName("lift", f.lift, known))
}

func grantsSet() *cobra.Command {
	var f grantFlags
	cmd := &cobra.Command{
		Use:   "set APP",
		Short: "Change an app's grant; the very next answer obeys",
		Long: "Changes an app's grant; the very next answer obeys. At a terminal it says first what will change, and asks;\n" +
			"with --yes, and where its input is no terminal, it goes on.\n\n" +
			"Lists have commas between, as a line of CSV: a key with a comma in its name is quoted, '\"users.metadata.a,b\"'.\n" +
			"A list may also be given in parts, each with the flag. Naming a key or a type of userIds in --share is reviewing\n" +
			"it for the app.",
		Example: "  rostergate grants set amplify --demographics on --share demographics.metadata.homeLanguage\n" +
			"  rostergate grants set alexandria --mask users.familyName=initial --hide users.phone\n" +
			"  rostergate grants set alexandria --orgs school-1,school-2 --roles student --grades 09,10 --yes",
	}
	flags := cmd.Flags()
	flags.StringVar(&f.demographics, "demographics", "", "on or off: Enable Demographics")
	listFlag(cmd, &f.share, "share", "fields, metadata keys, types of userIds or entities to share: users.email, demographics.metadata.homeLanguage, users.userIds.StateID, resources")
	listFlag(cmd, &f.mask, "mask", "fields to mask: users.familyName=initial, or without = by the default mask")
	listFlag(cmd, &f.hide, "hide", "what to hide, named as for --share")
	listFlag(cmd, &f.metadata, "metadata", "the metadata switch of an entity: users=on")
	listFlag(cmd, &f.lift, "lift", "what the ceiling of the app's preset is lifted for, named as for --share; needs --reason")
	listFlag(cmd, &f.unlift, "unlift", "what the ceiling is no longer lifted for")
	flags.StringVar(&f.until, "until", "", "the last day of the grant, YYYY-MM-DD (UTC), or never")
	flags.StringVar(&f.purpose, "purpose", "", "what the app uses the data for")
	yes := yesFlag(cmd)
	f.declare(cmd)
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		edit, err := f.edit(cmd)
		if err != nil {
			return err
		}
		edit.Reason = *reason
		if err := f.scopeFlags.edit(cmd, h, &edit); err != nil {
			return err
		}
		if err := f.names(cmd, h, args[0]); err != nil {
			return err
		}
		p, err := h.proposeEdit(cmd.Context(), args[0], edit)
		if err != nil {
			return err
		}
		p.reason, p.yes, p.asJSON, p.named = *reason, *yes, *asJSON, edit.Share
		return h.carry(cmd, p)
	})
	return cmd
}

// proposeEdit applies an edit to the grant that holds now.
func (h *house) proposeEdit(ctx context.Context, app string, edit apps.Edit) (proposal, error) {
	holds, err := h.apps.Grant(ctx, app)
	if err != nil {
		return proposal{}, err
	}
	keys, err := h.apps.Keys(ctx, app)
	if err != nil {
		return proposal{}, err
	}
	edited, err := edit.Apply(holds.Grant, keys)
	if err != nil {
		return proposal{}, err
	}
	untouched, err := apps.Edit{}.Apply(holds.Grant, keys)
	if err != nil {
		return proposal{}, err
	}
	unread := func(k roster.Key) bool { return !k.Reviewed && slices.Contains(edited.Seen, k.Member()) }
	edited.Notes = append(edited.Notes, wording.NoteGuardians(edited.Grant)...)
	agreed, err := h.apps.Agreement(ctx, app)
	if err != nil {
		return proposal{}, err
	}
	if beyond := agreed.Beyond(edited.Grant); len(beyond) > len(agreed.Beyond(holds.Grant)) {
		edited.Notes = append(edited.Notes, "granted beyond the agreement: "+wording.Categories(beyond))
	}
	if hidden := edited.Grant.HiddenDates(); len(hidden) > 0 {
		edited.Notes = append(edited.Notes, "with former enrollments, this app cannot tell an enrollment that ended from one that goes on: "+strings.Join(hidden, ", ")+" are not shared as they are")
	}
	if edit.Grades != nil {
		note, err := h.noteGrades(ctx, edit.Grades.Only)
		if err != nil {
			return proposal{}, err
		}
		edited.Notes = append(edited.Notes, note...)
	}
	return proposal{
		from: holds, to: edited, idle: wording.Same(untouched.Grant, edited.Grant) && !slices.ContainsFunc(keys, unread),
		save: func(ctx context.Context, by apps.By) (apps.SavedGrant, error) {
			return h.apps.SaveGrant(ctx, app, holds.Base(), edited.Grant, by, edited.Seen...)
		},
	}, nil
}

// edit understands the flags.
func (f grantFlags) edit(cmd *cobra.Command) (apps.Edit, error) {
	e := apps.Edit{Share: f.share.List, Mask: f.mask.List, Hide: f.hide.List, Lift: f.lift.List, Unlift: f.unlift.List, Metadata: map[string]bool{}}
	var err error
	if e.Demographics, err = onOff("demographics", f.demographics); err != nil {
		return e, err
	}
	for _, word := range f.metadata.List {
		entity, state, _ := strings.Cut(word, "=")
		on, err := onOff("metadata", state)
		if err != nil || on == nil {
			return e, usageError{fmt.Errorf("--metadata takes ENTITY=on or ENTITY=off")}
		}
		e.Metadata[entity] = *on
	}
	if cmd.Flags().Changed("purpose") {
		e.Purpose = &f.purpose
	}
	e.Until, err = lastDay(f.until)
	return e, err
}

// onOff reads a switch, nil where it was not given.
func onOff(flag, word string) (*bool, error) {
	on := word == "on"
	switch word {
	case "":
		return nil, nil
	case "on", "off":
		return &on, nil
	}
	return nil, usageError{fmt.Errorf("--%s takes on or off", flag)}
}

// lastDay is the instant at which a grant ends whose last day is given.
func lastDay(text string) (*time.Time, error) {
	switch text {
	case "":
		return nil, nil
	case "never":
		return &time.Time{}, nil
	}
	day, err := moment.Day(text, time.UTC)
	if err != nil {
		return nil, usageError{fmt.Errorf("--until takes the last day as %s, or never", moment.DayForm)}
	}
	end := day.AddDate(0, 0, 1)
	return &end, nil
}
