package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/backup"
	"github.com/rostergate/rostergate/cmd/rostergate/keyring"
	"github.com/rostergate/rostergate/cmd/rostergate/release"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

func backupCommand() *cobra.Command {
	var withKey bool
	var reason *string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Take a copy of an embedded store while it is used",
		Long: `Take a copy of an embedded store while it is used.

FILE becomes a zip with both databases, which only its owner may read. To copy the
files of a running server is no backup: most of what is new is not in them yet. The
encryption key is left out unless --with-key is given; the apps' secrets cannot be
opened without it. That the copy was taken is on record, in the copy, too.

Before an upgrade take it with the version that serves: this changes no schema. On
PostgreSQL it says what to run instead.`,
		Example: "  rostergate backup /backups/monday.zip --data /var/lib/rostergate",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := read(cmd)
			if err != nil {
				return err
			}
			m, err := takeBackup(cmd.Context(), s, args[0], withKey, byMe(*reason))
			if err != nil {
				return err
			}
			return writeTaken(cmd, args[0], m)
		},
	}
	cmd.Flags().BoolVar(&withKey, "with-key", false, "put the encryption key into the file, too")
	reason = reasonFlag(cmd)
	return cmd
}

func takeBackup(ctx context.Context, s settings.Settings, file string, withKey bool, by apps.By) (backup.Manifest, error) {
	h, err := openAsIs(ctx, s)
	if err != nil {
		return backup.Manifest{}, err
	}
	defer h.close()
	from := backup.Source{Store: h.Store, Ledger: h.LedgerStore, Build: release.Name(stamped), Clock: time.Now, Record: func(ctx context.Context) error {
		after := map[string]bool{"with_key": withKey}
		return h.ledger.Enter(ctx, audit.Change{Actor: by.Actor, Action: "store.backup", Reason: by.Reason, After: after})
	}}
	if withKey {
		sealed, err := apps.SealedWith(h.Store.Read.WithContext(ctx))
		if err == nil {
			from.Key, err = keyring.Find(s, sealed)
		}
		if err != nil {
			return backup.Manifest{}, err
		}
		if err := (&apps.Registry{DB: h.Store, Key: from.Key}).CheckKey(ctx); err != nil {
			return backup.Manifest{}, err
		}
	}
	return backup.Take(ctx, file, from)
}

// openAsIs opens an embedded store that is there, and changes nothing about it.
func openAsIs(ctx context.Context, s settings.Settings) (*house, error) {
	if _, err := embedded(s); err != nil {
		return nil, err
	}
	h := &house{}
	var err error
	if h.Stores, err = stores.Open(ctx, s, stores.Way{}); err != nil {
		return nil, err
	}
	if err := h.UpToDate(ctx); err != nil {
		h.close()
		return nil, err
	}
	h.ledger = audit.Open(h.LedgerStore, h.Store, time.Now)
	return h, nil
}

// embedded is the file of a store on SQLite. On PostgreSQL it is an error that says what
// to run.
func embedded(s settings.Settings) (string, error) {
	path, is := strings.CutPrefix(s.StoreURL(), "sqlite:")
	if !is {
		return "", fault.New(fault.Invalid, `this is for a store on SQLite. On PostgreSQL its own tools do it, while servers run. To take a copy:

    pg_dump --format=custom --file=FILE "$ROSTERGATE_DATABASE"

To put it back, into an empty database and before a server starts:

    pg_restore --no-owner --exit-on-error --dbname="$ROSTERGATE_DATABASE" FILE
    rostergate restored`)
	}
	return path, nil
}

// writeTaken says what a backup holds, and what it does not.
func writeTaken(cmd *cobra.Command, file string, m backup.Manifest) error {
	w := &terminal.Lines{Out: cmd.OutOrStdout()}
	w.Writef("%s has the store at generation %d and the ledger up to entry %d\n", file, m.Generation, m.Newest)
	switch {
	case m.HasKey():
		w.Writef("it has the encryption key %s, too: who has the file has the apps' secrets\n", m.KeyID)
	case m.KeyID != "":
		w.Writef("it has no encryption key: keep a copy of the key %s apart from it\n", m.KeyID)
	}
	return w.Err
}
