package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func restoredCommand() *cobra.Command {
	var reason *string
	var lost bool
	cmd := &cobra.Command{
		Use:   "restored",
		Short: "Say that the database was put back from a backup",
		Long: `Say that the database was put back from a backup.

States of the permissions and of the roster are numbered, and after a restore the
numbers are given a second time. This makes every server forget what it knows, and
every app see all of its records anew. It is to be run after each restore, before the
servers start or while they run; rostergate restore does it by itself.

Where the ledger ends before the newest entry that the store knows of, nothing starts.
With --ledger-lost this puts on record which entries are lost, and the ledger goes on
behind them. It is for a ledger of which there is no newer copy.`,
		Example: "  rostergate restored --data /var/lib/rostergate --reason 'disk failure'\n  rostergate restored --ledger-lost --reason 'the ledger was not in the backup'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := read(cmd)
			if err != nil {
				return err
			}
			h := &house{way: stores.Way{LedgerLost: lost}}
			if err := h.open(cmd.Context(), s); err != nil {
				return err
			}
			defer h.close()
			return h.acknowledge(cmd.Context(), byMe(*reason), cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&lost, "ledger-lost", false, "entries of the ledger are lost for good")
	reason = reasonFlag(cmd)
	return cmd
}

// acknowledge puts a restore on record, and a loss of the ledger where there is one.
func (h *house) acknowledge(ctx context.Context, by apps.By, out io.Writer) error {
	change := audit.Change{Action: "database.restored"}
	said := &terminal.Lines{Out: out}
	if h.way.LedgerLost {
		loss, err := audit.Forgo(ctx, h.LedgerStore, h.Store)
		if err != nil {
			return err
		}
		change = audit.Change{Action: "ledger.lost", Subject: loss.String(), After: loss}
		said.Writef("%s of the ledger are lost, which is on record now\n", loss)
	}
	behind, err := h.restored(ctx, by, change)
	if err != nil {
		return err
	}
	if _, err := h.ledger.Sequence(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	said.Writef("every app will see all of its records anew\n")
	wording.Behind(said, behind)
	if h.way.LedgerLost {
		said.Writef("next: keep what is left of the old ledger, and note for your auditors what was lost and why; take a backup now\n" +
			"(rostergate backup FILE, on PostgreSQL pg_dump), and start the server by rostergate serve\n")
	}
	return said.Err
}

// restored begins an epoch, in which no id is given that the ledger knows already, and
// puts it on record by a change that says why, with what the ledger knows of and the store
// does not have.
func (h *house) restored(ctx context.Context, by apps.By, change audit.Change) (audit.Behind, error) {
	behind, err := audit.StoreBehind(ctx, h.LedgerStore, h.Store)
	if err != nil {
		return behind, err
	}
	if change.After == nil && behind.From != "" {
		change.After = behind
	}
	return behind, h.beginEpoch(ctx, by, change)
}

func (h *house) beginEpoch(ctx context.Context, by apps.By, change audit.Change) error {
	now, err := revision.Read(h.Store.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	// Of every generation: one that the store has may have been given a second time
	// since, and then stands for other ids.
	highest, err := h.ledger.HighestIDs(ctx, -1)
	if err != nil {
		return err
	}
	change.Actor, change.Reason = by.Actor, by.Reason
	if change.Subject == "" {
		change.Subject = fmt.Sprintf("generation %d", now.Generation)
	}
	return h.Store.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := roster.SkipIDs(tx, highest); err != nil {
			return err
		}
		if err := audit.Record(tx, change); err != nil {
			return err
		}
		return revision.Renew(tx, rand.Reader)
	})
}

// noticeRestore finds by itself that the store is older than the ledger. Where both
// were put back together nothing tells, and a person has to.
func (h *house) noticeRestore(ctx context.Context, log *slog.Logger) error {
	shown, err := h.horizons.Behind(ctx)
	if err != nil {
		return err
	}
	lacks, err := audit.StoreBehind(ctx, h.LedgerStore, h.Store)
	if err != nil || !shown && lacks.From == "" {
		return err
	}
	log.Warn("the database is older than its ledger, as after a restore; every app will see all of its records anew")
	if lacks.From != "" {
		log.Warn("the ledger has changes that the store does not have: "+lacks.String()+"; opt students out again first, then make the other changes again: rostergate audit changes --from "+string(lacks.From)+" lists them", "from", lacks.From)
	}
	_, err = h.restored(ctx, byMe("the database is older than its ledger"), audit.Change{Action: "database.restored"})
	return err
}
