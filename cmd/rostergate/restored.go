package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster"
)

func restoredCommand() *cobra.Command {
	var reason *string
	cmd := &cobra.Command{
		Use:   "restored",
		Short: "Say that the database was put back from a backup",
		Long: `Say that the database was put back from a backup.

States of the permissions and of the roster are numbered, and after a restore the
numbers are given a second time. This makes every server forget what it knows, and
every app see all of its records anew. It is to be run after each restore, before the
servers start or while they run.`,
		Example: "  rostergate restored --data /var/lib/rostergate --reason 'disk failure'",
		Args:    cobra.NoArgs,
		RunE: inHouse(func(cmd *cobra.Command, _ settings, h *house, _ []string) error {
			if err := h.restored(cmd.Context(), byMe(*reason)); err != nil {
				return err
			}
			return say(cmd.OutOrStdout(), "every app will see all of its records anew\n")
		}),
	}
	reason = reasonFlag(cmd)
	return cmd
}

// restored begins an epoch, in which no id is given that the ledger knows already.
func (h *house) restored(ctx context.Context, by apps.By) error {
	now, err := revision.Read(h.store.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	highest, err := h.ledger.HighestIDs(ctx, now.Generation)
	if err != nil {
		return err
	}
	return h.store.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := roster.SkipIDs(tx, highest); err != nil {
			return err
		}
		change := audit.Change{Actor: by.Actor, Action: "database.restored", Subject: fmt.Sprintf("generation %d", now.Generation), Reason: by.Reason}
		if err := audit.Record(tx, change); err != nil {
			return err
		}
		return revision.Renew(tx, rand.Reader)
	})
}

// noticeRestore finds by itself that the store is older than the ledger. Where both
// were put back together nothing tells, and a person has to.
func (h *house) noticeRestore(ctx context.Context, stderr io.Writer) error {
	behind, err := h.roster.Behind(ctx)
	if err != nil || !behind {
		return err
	}
	if err := say(stderr, "rostergate: the database is older than its ledger, as after a restore; every app will see all of its records anew\n"); err != nil {
		return err
	}
	return h.restored(ctx, byMe("the database is older than its ledger"))
}
