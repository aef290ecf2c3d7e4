package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/migrations"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/proxies"
	"github.com/rostergate/rostergate/web"
)

const (
	defaultListen = "127.0.0.1:8080"
	keptPlans     = 4096
	farewell      = 20 * time.Second // for answers under way when the server is told to stop
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the apps and the pages",
		Example: "  rostergate serve --listen :8080 --database postgres://rostergate@db/rostergate --public-url https://roster.example.org",
		Args:    cobra.NoArgs,
		RunE: inHouse(func(cmd *cobra.Command, s settings, h *house, _ []string) error {
			listener, err := listen(cmd.Context(), s.String("listen"))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "rostergate: serving %s on %s\n", publicURL(s, listener), listener.Addr())
			if err := h.welcomeFirst(cmd, publicURL(s, listener)); err != nil {
				return err
			}
			return h.serve(cmd.Context(), s, listener, publicURL(s, listener), cmd.ErrOrStderr())
		}),
	}
	addServing(cmd)
	return cmd
}

// addServing declares the settings of commands that serve.
func addServing(cmd *cobra.Command) {
	cmd.Flags().String("listen", defaultListen, "address to listen on")
	cmd.Flags().Float64("rate", 100, "requests a second that each app may make, 0 for no limit")
	cmd.Flags().String("public-url", "", "how apps and people reach the server (default: http:// and the address)")
	cmd.Flags().String("trusted-proxies", "", "addresses of proxies, with commas between, that are believed for whom they ask in X-Forwarded-For")
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the setting listen: %w", err)
	}
	return listener, nil
}

func publicURL(s settings, listener net.Listener) string {
	if url := s.String("public-url"); url != "" {
		return trimURL(url)
	}
	return "http://" + listener.Addr().String()
}

// trustedProxies are those that may say for whom they ask.
func trustedProxies(s settings) (proxies.Trusted, error) {
	trusted, err := proxies.Parse(s.String("trusted-proxies"))
	if err != nil {
		return trusted, fault.New(fault.Invalid, "the setting trusted-proxies: %w", err)
	}
	return trusted, nil
}

func trimURL(url string) string { return strings.TrimRight(url, "/") }

// welcomeFirst prints a one-time link where nobody can sign in to add people.
func (h *house) welcomeFirst(cmd *cobra.Command, public string) error {
	token, err := h.people.InviteFirst(cmd.Context(), byMe("").Actor)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintf(cmd.ErrOrStderr(), "rostergate: nobody can sign in yet; become the first admin within 48 hours at\n\n    %s\n\n", web.WelcomeURL(public, token))
	return err
}

// serve answers until ctx ends, and then finishes what is under way.
func (h *house) serve(ctx context.Context, s settings, listener net.Listener, public string, stderr io.Writer) error {
	if err := h.noticeRestore(ctx, stderr); err != nil {
		return err
	}
	trusted, err := trustedProxies(s)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	gate := h.gateway(s, public, trusted, log)
	handler, err := h.front(gate, s.String("data"), public, log)
	if err != nil {
		return err
	}
	server := gateway.Server(listener.Addr().String(), handler)
	h.ledger.Trouble = func(err error) { log.Error("changes not sequenced", "error", err) }
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

func (h *house) gateway(s settings, public string, trusted proxies.Trusted, log *slog.Logger) *gateway.Gateway {
	return &gateway.Gateway{
		DB: h.store, Apps: h.apps, Plans: policy.NewPlans(h.engine, time.Now, keptPlans),
		Roster: h.roster, Ledger: h.ledger, Clock: time.Now, Log: log,
		PublicURL: public, Proxies: trusted, Key: h.key, Ready: h.ready, Rate: s.Float64("rate"),
	}
}

// ready reports what keeps the house from answering.
func (h *house) ready(ctx context.Context) error {
	pending, err := h.store.Pending(ctx, migrations.Store)
	if err == nil && !pending {
		pending, err = h.ledgerStore.Pending(ctx, migrations.Ledger)
	}
	switch {
	case err != nil:
		return errors.New("the database does not answer")
	case pending:
		return errors.New("the schema is not up to date: run rostergate migrate")
	}
	return nil
}
