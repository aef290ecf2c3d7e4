package main

import (
	"io"
	"log/slog"
	"time"

	"github.com/rostergate/rostergate/cmd/rostergate/release"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/metrics"
	"github.com/rostergate/rostergate/settings"
	"github.com/rostergate/rostergate/terminal"
	"github.com/rostergate/rostergate/traffic"
)

// newLog is the log of a server: lines of text at a terminal, JSON for whatever else
// reads them.
func newLog(stderr io.Writer, least slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: least}
	if terminal.Is(stderr) {
		return slog.New(slog.NewTextHandler(terminal.JSONText(stderr), options))
	}
	return slog.New(slog.NewJSONHandler(terminal.JSONText(stderr), options))
}

// answered is who is told of each answer.
func answered(s settings.Settings, log *slog.Logger, counts *metrics.Metrics) func(traffic.Answer) {
	told := []func(traffic.Answer){}
	if s.MetricsListen != "" {
		told = append(told, counts.Count)
	}
	if s.AccessLog {
		told = append(told, traffic.Logged(log))
	}
	return traffic.Each(told...)
}

// sources are what the metrics tell of.
func (h *house) sources(gate *gateway.Gateway) metrics.Sources {
	return metrics.Sources{
		Store: h.Store, LedgerStore: h.LedgerStore, Ledger: h.ledger, Intake: h.intake, Views: h.views, Horizons: h.horizons,
		Plans: gate.Plans, Gateway: gate, Panics: gate.Panics, Clock: time.Now, Version: release.Name(stamped),
	}
}
