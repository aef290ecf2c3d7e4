package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/cmd/rostergate/keyring"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

func rekeyCommand() *cobra.Command {
	var o rekeying
	cmd := &cobra.Command{
		Use:   "rekey",
		Short: "Give the store another encryption key",
		Long: `Give the store another encryption key.

With the old key all that is sealed is sealed anew, and apps notice nothing. The new key
takes the place of the old one's file, and the old one is kept beside it under its id,
for backups from before. Where the key comes from ` + settings.Variable("key") + `, or the new one
is there already, give the new one by the usual setting and the old one's file by
--old-key-file.

Without the old key (--lost) every app gets a new client id and secret, which are
printed once; its tokens end, and its cursors and pseudonyms become others.

Servers that run answer nothing from then on, until they are started with the new key.`,
		Example: "  rostergate rekey --data /var/lib/rostergate\n  rostergate rekey --old-key-file /root/old-key --key-file /etc/rostergate/key\n  rostergate rekey --lost --reason 'the disk with the key died'",
	}
	cmd.Flags().StringVar(&o.oldFile, "old-key-file", "", "file of the key that the store is sealed with (default: the usual key)")
	cmd.Flags().BoolVar(&o.lost, "lost", false, "nobody has the store's key any more")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
	asJSON, reason := jsonFlag(cmd), reasonFlag(cmd)
	cmd.MarkFlagsMutuallyExclusive("lost", "old-key-file")
	cmd.RunE = inHouseOf(&house{sealed: true}, func(cmd *cobra.Command, s settings.Settings, h *house, _ []string) error {
		o.house, o.s, o.by = h, s, byMe(*reason)
		done, err := o.run(cmd)
		switch { // what was made is told, also where its file could not be put in place
		case done == nil:
			return err
		case *asJSON:
			return errors.Join(err, terminal.JSON(cmd.OutOrStdout(), done))
		}
		return errors.Join(err, done.print(cmd))
	})
	return cmd
}

// rekeying is one replacement of a store's key.
type rekeying struct {
	*house
	s         settings.Settings
	by        apps.By
	oldFile   string
	lost, yes bool

	sealed  string // the id of the store's key
	install string // the key file beside which the new key waits, empty if it is in its place
}

// rekeyed is what became of it.
type rekeyed struct {
	Before  string       `json:"before"` // ids of keys
	After   string       `json:"after"`
	OldFile string       `json:"old_key_file,omitempty"` // where the old key is kept
	Apps    []renewedApp `json:"apps,omitempty"`
}

// renewedApp is an app that got new credentials.
type renewedApp struct {
	ID string `json:"id"`
	apps.Credentials
}

func (r *rekeying) run(cmd *cobra.Command) (*rekeyed, error) {
	ctx := cmd.Context()
	var err error
	if r.sealed, err = apps.SealedWith(r.Store.Read.WithContext(ctx)); err != nil {
		return nil, err
	}
	if r.sealed == "" {
		return nil, fault.New(fault.Conflict, "this store has no encryption key yet: it takes the one that it is first used with")
	}
	old, next, err := r.keys(cmd)
	if err != nil {
		return nil, err
	}
	done := &rekeyed{Before: r.sealed, After: next.ID()}
	if err := r.replace(ctx, old, next, done); err != nil {
		return nil, err
	}
	if r.install == "" {
		return done, nil
	}
	if kept := secret.KeptFile(r.install, r.sealed); !r.lost {
		done.OldFile = kept
	}
	return done, next.InstallFile(r.install)
}

// replace changes the store.
func (r *rekeying) replace(ctx context.Context, old, next secret.Key, done *rekeyed) error {
	if !r.lost {
		r.apps.Key = old
		return r.apps.Rekey(ctx, next, r.by)
	}
	r.apps.Key = next
	made, err := r.apps.RekeyLost(ctx, r.by)
	for _, app := range slices.Sorted(maps.Keys(made)) {
		done.Apps = append(done.Apps, renewedApp{app, made[app]})
	}
	return err
}

// keys finds the store's key and the one that is to replace it, which is made last.
func (r *rekeying) keys(cmd *cobra.Command) (old, next secret.Key, err error) {
	old, next, err = keyring.Replaced(r.s, r.sealed, r.oldFile, r.lost, func() error { return r.confirmLoss(cmd) })
	if err == nil && next.ID() == "" {
		next, err = r.waiting()
	}
	return old, next, err
}

// waiting makes the new key, beside the file of the old one. One that an attempt left there
// which was broken off is as new as any.
func (r *rekeying) waiting() (secret.Key, error) {
	if r.s.Key.ID() != "" {
		return secret.Key{}, usageError{fmt.Errorf("the key comes from %s: set it to the new key, and name a file with the old one by --old-key-file", settings.Variable("key"))}
	}
	r.install = r.s.KeyPath()
	if err := os.MkdirAll(filepath.Dir(r.install), 0o700); err != nil {
		return secret.Key{}, fmt.Errorf("make the folder of the key: %w", err)
	}
	return keyring.Make(secret.BesideFile(r.install))
}

// confirmLoss asks before secrets end. Where nobody can be asked, --yes has to say it.
func (r *rekeying) confirmLoss(cmd *cobra.Command) error {
	if r.yes {
		return nil
	}
	in := cmd.InOrStdin()
	if !terminal.Is(in) {
		return usageError{errors.New("every app would get a new secret, and nobody can be asked: say --yes")}
	}
	if err := terminal.Say(cmd.ErrOrStderr(), "Every app gets a new client id and secret, its tokens end, and its pseudonyms become others.\nGo on? [y/N] "); err != nil {
		return err
	}
	if !terminal.SaysYes(cmd.Context(), in) {
		return errDeclined
	}
	return nil
}

// print tells a person.
func (d *rekeyed) print(cmd *cobra.Command) error {
	w := &terminal.Lines{Out: cmd.OutOrStdout()}
	w.Writef("the store is sealed with the key %s now; it was %s\n", d.After, d.Before)
	if d.OldFile != "" {
		w.Writef("the old key is kept in %s, for backups from before\n", d.OldFile)
	}
	w.Writef("start every server anew, with the new key\n")
	for _, app := range d.Apps {
		w.Writef(shownOnce, app.ID, app.ClientID, app.Secret)
	}
	return w.Err
}
