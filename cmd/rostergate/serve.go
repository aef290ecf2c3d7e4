package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/web/staff"
)

const (
	keptPlans = 4096
	farewell  = 20 * time.Second // for answers under way when the server is told to stop
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the apps and the pages",
		Example: "  rostergate serve --listen :8080 --database postgres://rostergate@db/rostergate --public-url https://roster.example.org",
		RunE: untilStopped(inHouseOf(&house{makes: true}, func(cmd *cobra.Command, s settings.Settings, h *house, _ []string) error {
			listener, err := listen(cmd.Context(), s.Listen)
			if err != nil {
				return err
			}
			public, err := h.reachedAt(cmd.Context(), s, listener)
			if err != nil {
				return err
			}
			if err := terminal.Say(cmd.ErrOrStderr(), "rostergate: serving %s on %s\n", public, listener.Addr()); err != nil {
				return err
			}
			if err := h.welcomeFirst(cmd, public); err != nil {
				return err
			}
			return h.serve(cmd.Context(), s, listener, public, cmd.ErrOrStderr())
		})),
	}
	settings.Declare(cmd.Flags(), settings.Serving)
	return cmd
}

// untilStopped runs a server. One that is told to stop before it answers has done what
// was asked of it, however far it came.
func untilStopped(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if cmd.Context().Err() != nil && database.Interrupted(err) {
			return nil
		}
		return err
	}
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the setting listen: %w", err)
	}
	return listener, nil
}

// reachedAt is how the server is reached, which the store keeps for the links that
// commands print.
func (h *house) reachedAt(ctx context.Context, s settings.Settings, listener net.Listener) (string, error) {
	public := cmp.Or(s.PublicURL, "http://"+listener.Addr().String())
	kept := public
	if at, is := listener.Addr().(*net.TCPAddr); is && s.PublicURL == "" && at.IP.IsUnspecified() {
		kept = fmt.Sprintf("http://127.0.0.1:%d", at.Port) // no browser finds every address of a machine
	}
	return public, h.people.KeepPublicURL(ctx, kept)
}

// welcomeFirst prints a one-time link where nobody can sign in to add people.
func (h *house) welcomeFirst(cmd *cobra.Command, public string) error {
	token, err := h.people.InviteFirst(cmd.Context(), byMe("").Actor)
	if err != nil || token == "" {
		return err
	}
	return terminal.Say(cmd.ErrOrStderr(), "rostergate: nobody can sign in yet; become the first admin within 48 hours at\n\n    %s\n\n", staff.WelcomeURL(public, token))
}

// serve answers until ctx ends, and then finishes what is under way.
func (h *house) serve(ctx context.Context, s settings.Settings, listener net.Listener, public string, stderr io.Writer) error {
	if err := h.noticeRestore(ctx, stderr); err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	if err := h.warn(ctx, log); err != nil {
		return err
	}
	gate, err := h.gateway(s, public, log)
	if err != nil {
		return err
	}
	h.ledger.Panics, h.intake.Panics = gate.Panics, gate.Panics
	h.views.CountPanics(gate.Panics)
	h.horizons.CountPanics(gate.Panics)
	h.ledger.Trouble = func(err error) { log.Error("the ledger met trouble", "error", err) }
	h.intake.Trouble = func(err error) { log.Error("an import met trouble", "error", err) }
	handler, err := h.front(gate, s.Data, public, log)
	if err != nil {
		return err
	}
	server := gateway.Server(listener.Addr().String(), handler)
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	look := time.NewTicker(time.Second)
	var running sync.WaitGroup
	running.Go(func() { h.ledger.Run(background) })
	running.Go(func() { gate.Warm(background, look.C) })
	defer func() {
		stop()
		look.Stop()
		running.Wait()
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if err := server.Shutdown(last); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop the server: %w", err)
	}
	return nil
}

func (h *house) gateway(s settings.Settings, public string, log *slog.Logger) (*gateway.Gateway, error) {
	if err := h.compile(); err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{
		DB: h.store, Apps: h.apps, Plans: policy.NewPlans(h.engine, time.Now, keptPlans),
		Roster: h.roster, Views: h.views, Horizons: h.horizons, Ledger: h.ledger, Clock: time.Now, Log: log,
		PublicURL: public, Proxies: s.TrustedProxies, Key: h.workKey, Ready: h.ready, Warnings: h.store.Warnings, Rate: s.Rate, AnswerMemory: s.AnswerMemory,
	}), nil
}

// ready reports what keeps the house from answering.
func (h *house) ready(ctx context.Context) error {
	for _, part := range h.parts() {
		schema, err := part.db.Schema(ctx, part.set)
		switch {
		case err != nil:
			return unready(err)
		case schema.Pending():
			return errors.New("the schema is not up to date: run rostergate migrate")
		}
		if err := schema.Check(); err != nil { // another server brought it there meanwhile
			return err
		}
	}
	err := h.apps.HoldsKey(h.store.Read.WithContext(ctx)) // another process may have replaced it
	switch {
	case err != nil && (fault.KindOf(err) == "" || errors.Is(err, database.ErrReadOnly)):
		return unready(err)
	case err != nil:
		return err
	}
	return h.takesWrites(ctx)
}

// unready says what keeps a database from being asked, without its address.
func unready(err error) error {
	if errors.Is(err, database.ErrReadOnly) {
		return database.ErrReadOnly
	}
	return errors.New("the database does not answer")
}

// takesWrites reports what keeps answers from being put on record.
func (h *house) takesWrites(ctx context.Context) error {
	for _, db := range []*database.Database{h.store, h.ledgerStore} {
		err := db.TakesWrites(ctx)
		switch {
		case err != nil && db.Path == "":
			return unready(err)
		case err != nil:
			return errors.New("a database file may not be written, or is no longer the one that was opened")
		}
	}
	return nil
}

// warn says at the start what the database does not do for what is committed.
func (h *house) warn(ctx context.Context, log *slog.Logger) error {
	told, err := h.store.Warnings(ctx)
	for _, sentence := range told {
		log.Warn(sentence)
	}
	return err
}
