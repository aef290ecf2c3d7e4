package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/cmd/rostergate/keyring"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/people"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/shelf"
	"github.com/rostergate/rostergate/roster/view"
	"github.com/rostergate/rostergate/secret"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
)

// house is everything that commands work with, opened and put together.
type house struct {
	*stores.Stores
	key, workKey secret.Key
	people       *people.Registry
	apps         *apps.Registry
	optouts      *optouts.Registry
	roster       *roster.Roster
	views        *view.Memory
	horizons     *notice.Horizons
	intake       *intake.Importer
	shelf        *shelf.Shelf // of the pages, nil without them
	ledger       *audit.Ledger
	engine       *policy.Engine // nil until compile

	way    stores.Way
	look   func(context.Context) error // looks at the stores before they are changed, if set
	sealed bool                        // stays so: the command finds the key by itself
}

// inHouse opens the house for a command and closes it behind the command.
func inHouse(run func(cmd *cobra.Command, s settings.Settings, h *house, args []string) error) func(*cobra.Command, []string) error {
	return inHouseOf(&house{}, run)
}

// inHouseOf is inHouse for a house that is opened in a way of its own.
func inHouseOf(h *house, run func(cmd *cobra.Command, s settings.Settings, h *house, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := read(cmd)
		if err != nil {
			return err
		}
		if err := h.open(cmd.Context(), s); err != nil {
			return err
		}
		defer h.close()
		ended := run(cmd, s, h, args)
		if _, waits := errors.AsType[*apps.Waits](ended); ended != nil && !waits {
			return ended
		}
		// What the command changed, or asked for, goes into the ledger now, whether or not
		// a server is there to do it.
		_, err = h.ledger.Sequence(context.WithoutCancel(cmd.Context()))
		return cmp.Or(ended, err)
	}
}

// open opens the store and the ledger, and brings their schema up to date.
func (h *house) open(ctx context.Context, s settings.Settings) (err error) {
	if h.Stores, err = stores.Open(ctx, s, h.way); err != nil {
		return err
	}
	if err := h.furnish(ctx, s); err != nil {
		h.close()
		return err
	}
	return nil
}

func (h *house) furnish(ctx context.Context, s settings.Settings) error {
	if h.look != nil {
		if err := h.look(ctx); err != nil {
			return err
		}
	}
	if _, err := h.Migrate(ctx); err != nil {
		return err
	}
	h.apps = &apps.Registry{DB: h.Store, Clock: time.Now, Rand: rand.Reader, Engine: h.compiled}
	h.optouts = &optouts.Registry{DB: h.Store, Apps: h.apps, Clock: time.Now}
	if !h.sealed {
		if err := h.unlock(ctx, s); err != nil {
			return err
		}
		h.people = people.New(h.Store, h.workKey, time.Now, rand.Reader)
	}
	h.roster, h.views, h.intake = roster.New(h.Store), view.NewMemory(h.Store), intake.New(h.Store, time.Now)
	h.intake.Refused, h.intake.Removed = s.HoldRefused, s.HoldRemoved
	h.horizons = notice.NewHorizons(h.views, h.Store, h.LedgerStore, time.Now)
	h.ledger = audit.Open(h.LedgerStore, h.Store, time.Now)
	return nil
}

// compile makes the engine ready, which takes longer than most commands do in all: those
// that ask the policy nothing go without.
func (h *house) compile() (err error) {
	if h.engine == nil {
		h.engine, err = policy.New()
	}
	return err
}

// compiled is the engine, made ready where it is not yet.
func (h *house) compiled() (*policy.Engine, error) {
	err := h.compile()
	return h.engine, err
}

func (h *house) close() {
	if h.shelf != nil {
		h.shelf.Close()
	}
	if h.ledger != nil {
		h.ledger.Close()
	}
	_ = h.Stores.Close()
}

// unlock finds the encryption key, which must be the store's.
func (h *house) unlock(ctx context.Context, s settings.Settings) error {
	sealed, err := apps.SealedWith(h.Store.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	if h.key, err = keyring.Find(s, sealed); err != nil {
		return err
	}
	h.apps.Key = h.key
	if err := h.apps.CheckKey(ctx); err != nil {
		return err
	}
	h.workKey, err = h.apps.WorkKey(ctx)
	return err
}

// byMe is the person at the command line.
func byMe(reason string) apps.By {
	return apps.By{Actor: apps.CommandLine + terminal.Account(), Reason: reason}
}
