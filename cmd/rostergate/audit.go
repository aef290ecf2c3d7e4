package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/cmd/rostergate/questions"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "audit", Short: "Ask the ledger", RunE: help,
		Example: "  rostergate audit disclosures --app amplify",
	}
	cmd.AddCommand(
		auditList("disclosures", "Which fields of whom went out, and by which door", audit.KindDisclosure, (*audit.Ledger).Disclosures),
		auditList("refusals", "Which requests were turned away", audit.KindRefusal, (*audit.Ledger).Refusals),
		auditList("changes", "Who changed what", audit.KindChange, (*audit.Ledger).Changes))
	return cmd
}

type walk func(l *audit.Ledger, ctx context.Context, q audit.Question, fn func(audit.Entry) error) error

// auditList is a command that lists entries of one kind.
func auditList(name, short string, kind audit.Kind, ask walk) *cobra.Command {
	var q audit.Question
	var student, from, to string
	var asCSV bool
	cmd := &cobra.Command{Use: name, Short: short, Example: "  rostergate audit " + name + " --from 2026-09-01 --csv"}
	flags := cmd.Flags()
	flags.StringVar(&q.App, "app", "", "of one app")
	flags.StringVar(&from, "from", "", "from this time on: YYYY-MM-DD or RFC 3339")
	flags.StringVar(&to, "to", "", "before this time")
	flags.BoolVar(&asCSV, "csv", false, "print CSV")
	if kind == audit.KindChange {
		flags.StringVar(&student, "student", "", "of the opt-outs of the student with this sourcedId")
	}
	if kind == audit.KindDisclosure {
		flags.StringVar(&student, "student", "", "about the person with this sourcedId: also enrollments, demographics and mentions as agent")
		flags.BoolVar(&q.Received, "received", false, "without what was only shown to a person, as a preview or on a page")
		flags.StringVar(&q.Field, "field", "", "with this field: users.email, demographics.metadata.homeLanguage")
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings.Settings, h *house, _ []string) error {
		var err error
		if q.From, err = instant("from", from); err != nil {
			return err
		}
		if q.To, err = instant("to", to); err != nil {
			return err
		}
		if from != "" && to != "" && !q.From.Before(q.To) {
			return usageError{fault.New(fault.Invalid, "--from is not before --to: there is no time between them")}
		}
		if student != "" {
			if q.About, err = h.roster.About(cmd.Context(), student); err != nil {
				return err
			}
		}
		if _, err := h.ledger.Sequence(cmd.Context()); err != nil {
			return err
		}
		if err := (questions.House{Apps: h.apps, Ledger: h.ledger, Store: h.Store}).Check(cmd.Context(), q); err != nil {
			return err
		}
		found := func(fn func(audit.Entry) error) error { return ask(h.ledger, cmd.Context(), q, fn) }
		switch {
		case *asJSON:
			return audit.WriteJSON(terminal.JSONText(cmd.OutOrStdout()), found)
		case asCSV:
			return audit.WriteCSV(terminal.CSVText(cmd.OutOrStdout()), kind, found)
		}
		return found(wording.Entries(cmd.OutOrStdout(), kind))
	})
	return cmd
}

// instant reads a time, zero where none was given.
func instant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, text); err == nil && moment.Plausible(t) {
			return t, nil
		}
	}
	return time.Time{}, usageError{fault.New(fault.Invalid, "--%s takes YYYY-MM-DD or a time as in RFC 3339, from %s to %s", flag, moment.FirstDay, moment.LastDay)}
}
