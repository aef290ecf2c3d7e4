package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/cmd/rostergate/release"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/doors"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/metrics"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/traffic"
	"github.com/rostergate/rostergate/web/staff"
)

const (
	keptPlans = 4096
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the apps and the pages",
		Example: "  rostergate serve --listen :8080 --database postgres://rostergate@db/rostergate --public-url https://roster.example.org",
		RunE: untilStopped(inHouseOf(&house{way: stores.Way{Makes: true}}, func(cmd *cobra.Command, s settings.Settings, h *house, _ []string) error {
			at, err := listen(cmd.Context(), s)
			if err != nil {
				return err
			}
			defer at.close()
			public, err := h.reachedAt(cmd.Context(), s, at.answers)
			if err != nil {
				return err
			}
			if err := h.welcomeFirst(cmd, public); err != nil {
				return err
			}
			return h.serve(cmd.Context(), s, at, public, cmd.ErrOrStderr())
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

// listeners are where a server listens for apps and people, and for those who ask how it
// is doing, nil where nobody may.
type listeners struct{ answers, metrics net.Listener }

func listen(ctx context.Context, s settings.Settings) (at listeners, err error) {
	if at.answers, err = doors.Listen(ctx, "listen", s.Listen); err == nil && s.MetricsListen != "" {
		at.metrics, err = doors.Listen(ctx, "metrics-listen", s.MetricsListen)
	}
	if err != nil {
		at.close()
	}
	return at, err
}

// close lets the addresses go, where no server has done so.
func (at listeners) close() {
	for _, one := range []net.Listener{at.answers, at.metrics} {
		if one != nil {
			_ = one.Close()
		}
	}
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
func (h *house) serve(ctx context.Context, s settings.Settings, at listeners, public string, stderr io.Writer) error {
	log := newLog(stderr, s.LogLevel)
	log.Info("starting", "version", release.Name(stamped), "store", h.Store.Address, "ledger", h.LedgerStore.Address)
	if err := h.noticeRestore(ctx, log); err != nil {
		return err
	}
	if err := h.warn(ctx, log); err != nil {
		return err
	}
	counts := metrics.New()
	gate, err := h.gateway(s, public, log, answered(s, log, counts))
	if err != nil {
		return err
	}
	h.tellTrouble(gate.Panics, log)
	handler, err := h.front(gate, s.Data, public, log)
	if err != nil {
		return err
	}
	entrances := []doors.Door{{Server: gateway.Server(at.answers.Addr().String(), handler), At: at.answers}}
	if at.metrics != nil {
		entrances = append(entrances, doors.Door{Server: metrics.Server(counts, h.sources(gate)), At: at.metrics})
		log.Info("telling metrics", "url", "http://"+at.metrics.Addr().String()+metrics.Path)
	}
	late := func(err error) { log.Error("the district's day could not begin", "error", err) }
	if err := h.apps.BeginDay(ctx); err != nil { // midnight may have passed while no server ran
		late(err)
	}
	end := h.inTheBackground(ctx, gate, late)
	log.Info("serving", "url", public, "address", at.answers.Addr().String())
	err = doors.Open(ctx, log, entrances...)
	end()
	log.Info("stopped")
	return err
}

// tellTrouble has what goes wrong where nobody waits for it counted and logged.
func (h *house) tellTrouble(panics *fault.Panics, log *slog.Logger) {
	h.ledger.Panics, h.intake.Panics = panics, panics
	h.views.CountPanics(panics)
	h.horizons.CountPanics(panics)
	h.ledger.Trouble = func(err error) { log.Error("the ledger met trouble", "error", err) }
	h.intake.Trouble = func(err error) { log.Error("an import met trouble", "error", err) }
}

// inTheBackground does what nobody waits for, also while ctx ends, until the end is
// called.
func (h *house) inTheBackground(ctx context.Context, gate *gateway.Gateway, late func(error)) (end func()) {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	look := time.NewTicker(time.Second)
	var running sync.WaitGroup
	running.Go(func() { h.ledger.Run(background) })
	running.Go(func() { gate.Warm(background, look.C) })
	running.Go(func() { h.apps.BeginDays(background, gate.Panics, late) })
	minute := time.NewTicker(time.Minute)
	running.Go(func() {
		gate.Uses.Run(background, minute.C, gate.Panics, func(err error) { gate.Log.Error("it is not written down which credentials were used", "error", err) })
	})
	return func() {
		stop()
		look.Stop()
		minute.Stop()
		running.Wait()
	}
}

func (h *house) gateway(s settings.Settings, public string, log *slog.Logger, answered func(traffic.Answer)) (*gateway.Gateway, error) {
	if err := h.compile(); err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{
		DB: h.Store, Apps: h.apps, Plans: policy.NewPlans(h.engine, time.Now, keptPlans),
		Roster: h.roster, Views: h.views, Horizons: h.horizons, Ledger: h.ledger, Clock: time.Now, Log: log,
		PublicURL: public, Proxies: s.TrustedProxies, Key: h.workKey, Ready: h.ready, Warnings: h.Store.Warnings, Rate: s.Rate, Patience: time.Second, AnswerMemory: s.AnswerMemory, Answered: answered,
	}), nil
}

// ready reports what keeps the house from answering.
func (h *house) ready(ctx context.Context) error {
	if err := h.Ready(ctx); err != nil {
		return err
	}
	err := h.apps.HoldsKey(h.Store.Read.WithContext(ctx)) // another process may have replaced it
	switch {
	case err != nil && (fault.KindOf(err) == "" || errors.Is(err, database.ErrReadOnly)):
		return stores.Unready(err)
	case err != nil:
		return err
	}
	return h.TakeWrites(ctx)
}

// warn says at the start what the database does not do for what is committed.
func (h *house) warn(ctx context.Context, log *slog.Logger) error {
	told, err := h.Store.Warnings(ctx)
	for _, sentence := range told {
		log.Warn(sentence)
	}
	return err
}
