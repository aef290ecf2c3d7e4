package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
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
	if kind == audit.KindDisclosure {
		flags.StringVar(&student, "student", "", "about the person with this sourcedId: also enrollments, demographics and mentions as agent")
		flags.BoolVar(&q.Received, "received", false, "without what was only shown to a person, as a preview or on a page")
		flags.StringVar(&q.Field, "field", "", "with this field: users.email, demographics.metadata.homeLanguage")
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = inHouse(func(cmd *cobra.Command, _ settings, h *house, _ []string) error {
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
		if err := h.askable(cmd.Context(), q); err != nil {
			return err
		}
		found := func(fn func(audit.Entry) error) error { return ask(h.ledger, cmd.Context(), q, fn) }
		switch {
		case *asJSON:
			return audit.WriteJSON(jsonText(cmd.OutOrStdout()), found)
		case asCSV:
			return audit.WriteCSV(csvText(cmd.OutOrStdout()), kind, found)
		}
		return found(func(e audit.Entry) error { return writeEntry(cmd, e) })
	})
	return cmd
}

// instant reads a time, zero where none was given.
func instant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usageError{fault.New(fault.Invalid, "--%s takes YYYY-MM-DD or a time as in RFC 3339", flag)}
}

// writeEntry is an entry on one line.
func writeEntry(cmd *cobra.Command, e audit.Entry) error {
	w := &lines{out: cmd.OutOrStdout()}
	switch e.Kind {
	case audit.KindDisclosure:
		w.printf("%s  %-14s %-10s %6d %-16s fields [%s] metadata [%s]  revision %d generation %d%s\n",
			e.Time, e.App, e.Door, e.Count, e.Entity, apart(e.Fields), apart(e.Metadata), e.Permission, e.Generation, seenBy(e))
	case audit.KindRefusal:
		w.printf("%s  %-14s %-10s %d %s %s%s%s\n", e.Time, cmp.Or(e.App, e.Address), e.Door, e.Status, e.Route, e.Reason, seenBy(e), counted(e))
	case audit.KindChange:
		w.printf("%s  %-14s %-12s %-14s %s %s\n", e.Time, e.Actor, e.Action, e.App, e.Subject, e.Reason)
	}
	return w.err
}

// counted says how many refusals an entry stands for, if not for one.
func counted(e audit.Entry) string {
	if e.Count == 0 {
		return ""
	}
	return fmt.Sprintf("  and %d more until then, from request %s to %s", e.Count, e.RequestID, e.LastRequestID)
}

// seenBy names the person whom a preview was shown to: the app did not get it.
func seenBy(e audit.Entry) string {
	if e.Actor == "" {
		return ""
	}
	if e.Kind == audit.KindDisclosure && e.Reason != "" {
		return "  shown to " + e.Actor + "; " + e.Reason
	}
	return "  shown to " + e.Actor
}
