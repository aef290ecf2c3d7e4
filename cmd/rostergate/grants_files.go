package main

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/permissions"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func grantsExport() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export [APP]",
		Short: "Write the permissions of all apps, or of one, as a YAML document",
		Long: "Writes the permissions of all apps, or of one, as a YAML document that people can read, keep in git, edit and apply:\n" +
			"grants with their scope, end, purpose, legal basis and lifts, and the policies of the apps' own; of all apps with the guardrails.\n" +
			"The same permissions are always the same bytes.",
		Example: "  rostergate grants export --out permissions.yaml\n  rostergate grants export amplify",
	}
	cmd.Flags().StringVar(&out, "out", "", "the file to write; without it the document is printed")
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		text, err := h.exported(cmd.Context(), args)
		if err != nil {
			return err
		}
		if out != "" {
			return os.WriteFile(out, text, 0o600)
		}
		w := &terminal.Lines{Out: cmd.OutOrStdout()}
		w.WriteText(string(text))
		return w.Err
	})
	return cmd
}

// exported is the document of the app that is named, or of the district with its guardrails.
func (h *house) exported(ctx context.Context, named []string) ([]byte, error) {
	held, err := h.apps.Permissions(ctx)
	if err != nil {
		return nil, err
	}
	if len(named) > 0 {
		if held, err = h.only(ctx, held, named[0]); err != nil {
			return nil, err
		}
		return permissions.Write(held)
	}
	guards, err := h.apps.Guardrails(ctx)
	if err != nil {
		return nil, err
	}
	return permissions.WithGuardrails(held, guards)
}

// only is what holds for one app.
func (h *house) only(ctx context.Context, held []apps.Permissions, app string) ([]apps.Permissions, error) {
	if _, err := h.apps.Grant(ctx, app); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(held, func(p apps.Permissions) bool { return p.App.ID != app }), nil
}

func grantsApply() *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Give apps the permissions of a document, whole or not at all",
		Long: "Gives apps the permissions that a document names, as grants export writes it. The entry of an app is whole: what it\n" +
			"does not name, the app does not get. Apps without an entry are left alone, and none is added. The document is checked\n" +
			"first, and then applied whole or not at all; the very next answers obey. What holds already makes no new version.\n\n" +
			"At a terminal it says first what each app will gain and lose, and asks; with --yes, and where its input is no\n" +
			"terminal, it goes on. With --dry-run it says so and saves nothing. Ticking a key or a type of userIds that was not\n" +
			"ticked before is reviewing it for the app.",
		Example: "  rostergate grants apply permissions.yaml --dry-run\n  rostergate grants apply permissions.yaml --reason 'The board decided so'",
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and save nothing")
	reason, yes := reasonFlag(cmd), yesFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, args []string) error {
		wanted, err := h.readPermissions(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if !dryRun {
			return h.applyPermissions(cmd, wanted, byMe(*reason), *yes)
		}
		told, err := h.effect(cmd.Context(), wanted)
		if err != nil {
			return err
		}
		return terminal.WriteLines(cmd.OutOrStdout(), told)
	})
	return cmd
}

// applyPermissions saves what a document wants. At a terminal it says first what would
// change, and asks.
func (h *house) applyPermissions(cmd *cobra.Command, wanted permissions.Wanted, by apps.By, yes bool) error {
	notes := wanted.Notes()
	if !wanted.Idle() && asks(cmd, yes) {
		told, err := h.effect(cmd.Context(), wanted)
		if err == nil {
			err = agree(cmd, "Save this?", told...)
		}
		if err != nil {
			return err
		}
		notes = nil // they were told
	}
	saved, err := h.apps.SaveUnder(cmd.Context(), h.engine, wanted.Guardrails, wanted.Savings(), by)
	if err != nil {
		return err
	}
	return cmp.Or(terminal.WriteLines(cmd.ErrOrStderr(), notes), terminal.WriteLines(cmd.OutOrStdout(), wanted.Holding(saved)))
}

// readPermissions reads a document against what holds.
func (h *house) readPermissions(ctx context.Context, file string) (permissions.Wanted, error) {
	text, err := os.ReadFile(file)
	if err == nil {
		err = h.compile()
	}
	if err != nil {
		return permissions.Wanted{}, err
	}
	district, err := permissions.Of(ctx, h.apps, h.views, h.engine)
	if err != nil {
		return permissions.Wanted{}, err
	}
	wanted, err := permissions.Read(file, text, district)
	for i, c := range wanted.Apps {
		if err == nil && c.Grant != nil {
			wanted.Apps[i].Notes, err = h.noteUnexpected(ctx, c)
		}
	}
	return wanted, err
}

// noteUnexpected tells what a person may not expect of a grant.
func (h *house) noteUnexpected(ctx context.Context, c permissions.Change) ([]string, error) {
	var grades []string
	if reach := c.Grant.Scope.Grades; !reach.All {
		var err error
		if grades, err = h.noteGrades(ctx, reach.Only); err != nil {
			return nil, err
		}
	}
	return slices.Concat(c.Notes, wording.NoteGuardians(*c.Grant), grades, wording.NoteEnd(*c.Grant, time.Now())), nil
}

// effect says line by line what a document changes, and what a person may not expect of it.
func (h *house) effect(ctx context.Context, wanted permissions.Wanted) ([]string, error) {
	gate, err := h.gateway(settings.Settings{}, "", slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return nil, err
	}
	return wanted.Effect(ctx, gate, h.engine)
}
