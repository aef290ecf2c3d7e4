package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/backup"
	"github.com/rostergate/rostergate/cmd/rostergate/keyring"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/wording"
)

func restoreCommand() *cobra.Command {
	var reason *string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put back a copy that rostergate backup took",
		Long: `Put back a copy that rostergate backup took.

FILE is checked whole before anything appears in the data folder, which must not hold a
store: nothing is replaced. Every app will see all of its records anew, as after
rostergate restored, and the ledger goes on with an entry that says what it was put back
from. Opt-outs, permissions, policies, apps and their secrets are as they were when the
copy was taken: who was opted out since is served again until they are opted out again, and
what was suspended, rotated, hidden or left out by a policy since has to be again.`,
		Example: "  rostergate restore /backups/monday.zip --data /var/lib/rostergate --reason 'disk failure'",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := read(cmd)
			if err != nil {
				return err
			}
			path, err := embedded(s)
			if err != nil {
				return err
			}
			if err := restoreBackup(cmd.Context(), s, args[0], path, byMe(*reason), cmd.OutOrStdout()); err != nil {
				return err
			}
			return terminal.Say(cmd.OutOrStdout(), "next: opt students out again who were since the backup: nothing that was put back knows of them, and apps get them from the start of the server on;\n"+
				"then look at what apps may get now, by rostergate apps list and grants show APP; suspend, rotate and hide again what was since the backup, set the\n"+
				"policies and end the lifts that were;\n"+
				"import the newest package; start the server by rostergate serve; and take a new backup, by rostergate backup FILE\n")
		},
	}
	reason = reasonFlag(cmd)
	return cmd
}

// restoreBackup puts an archive back at a path. All of it is done in a folder beside
// that path, so that a store appears that is ready to be served, or none.
func restoreBackup(ctx context.Context, s settings.Settings, file, path string, by apps.By, out io.Writer) error {
	a, err := backup.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	if err := vacant(path, stores.LedgerPath(path)); err != nil {
		return err
	}
	own, err := keyring.Held(s, a.Manifest.KeyID)
	if err == nil && own.ID() != "" && a.Manifest.KeyID != "" && own.ID() != a.Manifest.KeyID {
		err = fault.New(fault.Invalid, "the backup is sealed with the encryption key %s, and the key given is %s: give the store's own, or take this one away", a.Manifest.KeyID, own.ID())
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".rostergate-restore-") // made with mode 0700
	if err != nil {
		return fmt.Errorf("make a folder for the restore: %w", err)
	}
	defer os.RemoveAll(folder)
	if err := a.Unpack(ctx, folder); err != nil {
		return err
	}
	behind, err := begin(ctx, a, folder, by)
	if err != nil {
		return err
	}
	if own.ID() == "" {
		if own, err = bringKey(a, s.KeyPath()); err != nil {
			return err
		}
	}
	// The store last: without it nothing starts from the others.
	if err := backup.Place(filepath.Join(folder, backup.LedgerFile), stores.LedgerPath(path)); err != nil {
		return err
	}
	if err := backup.Place(filepath.Join(folder, backup.StoreFile), path); err != nil {
		return err
	}
	return writePutBack(out, a.Manifest, own.ID() != "", behind)
}

// begin makes unpacked databases ready to be served: it begins an epoch and puts on
// record what was put back.
func begin(ctx context.Context, a *backup.Archive, folder string, by apps.By) (behind audit.Behind, err error) {
	h := &house{}
	if h.Stores, err = stores.OpenFiles(ctx, filepath.Join(folder, backup.StoreFile), filepath.Join(folder, backup.LedgerFile)); err != nil {
		return behind, err
	}
	defer func() { err = errors.Join(err, h.Stores.Close()) }()
	if _, err := h.Migrate(ctx); err != nil {
		return behind, err
	}
	h.ledger = audit.Open(h.LedgerStore, h.Store, time.Now)
	defer h.ledger.Close()
	if behind, err = h.restored(ctx, by, putBack(a)); err != nil {
		return behind, err
	}
	_, err = h.ledger.Sequence(ctx)
	return behind, err
}

// putBack is the entry that says what was put back: by what it is, not by where it was.
func putBack(a *backup.Archive) audit.Change {
	m := a.Manifest
	return audit.Change{
		Action: "store.restore", Subject: "backup of " + m.Taken.Format(time.RFC3339),
		After: map[string]any{
			"taken": m.Taken, "sha256": a.SHA256, "rostergate": m.Rostergate, "schema": m.Schema,
			"permission": m.Permission, "generation": m.Generation, "epoch": m.Epoch, "ledger_newest": m.Newest,
		},
	}
}

// vacant refuses a place that holds a store, or what one left behind.
func vacant(paths ...string) error {
	for _, path := range paths {
		for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
			_, err := os.Lstat(path + beside)
			if err == nil {
				return fault.New(fault.Conflict, "%s is there already, and nothing is replaced: restore into another folder, or move the store's files away, all of them", path+beside)
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("look whether a store is there: %w", err)
			}
		}
	}
	return nil
}

// bringKey writes the key of an archive that has one.
func bringKey(a *backup.Archive, path string) (secret.Key, error) {
	key, err := a.Key()
	if err != nil || key.ID() == "" {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return key, fmt.Errorf("make the data folder: %w", err)
	}
	return key, key.CreateFile(path)
}

// writePutBack says what there is now, and what is still missing.
func writePutBack(out io.Writer, m backup.Manifest, hasKey bool, behind audit.Behind) error {
	w := &terminal.Lines{Out: out}
	w.Writef("put back the store as of %s; the ledger goes on behind entry %d\n", m.Taken.Format(time.RFC3339), m.Newest)
	w.Writef("every app will see all of its records anew; who was opted out, and what was suspended, rotated or hidden since, has to be again\n")
	wording.Behind(w, behind)
	if !hasKey && m.KeyID != "" {
		w.Writef("the encryption key %s is not in the backup: put its file into the data folder, as key, or name it by --key-file, before you start\n", m.KeyID)
	}
	return w.Err
}
