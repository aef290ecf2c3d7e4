package metrics

import (
	"database/sql"

	"github.com/prometheus/client_golang/prometheus"
)

// number is one of those that a scrape reads.
type number struct {
	name, help string
	kind       prometheus.ValueType
	stored     bool // the database has to say it
	value      func(h *house) float64

	// Of a number that has labels.
	labels []string
	each   func(h *house, tell func(value float64, labels ...string))
}

// numbers are those that a scrape reads, in the order of their docs.
func numbers() []number {
	all := numbersOfStore()
	all = append(all, numbersOfMemory()...)
	return append(all, numbersOfProcess()...)
}

func numbersOfStore() []number {
	return []number{
		{name: "rostergate_database_up", help: "Whether the database answered the scrape: 1, or 0.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return whether(h.isStored) }},
		{name: "rostergate_ledger_outbox_changes", help: "Changes that are in the store and not in the ledger yet.", kind: prometheus.GaugeValue, stored: true, value: func(h *house) float64 { return float64(h.lag.Outbox) }},
		{name: "rostergate_ledger_outbox_age_seconds", help: "How long the oldest of these changes waits; 0 without any.", kind: prometheus.GaugeValue, stored: true, value: func(h *house) float64 { return h.lag.Oldest.Seconds() }},
		{name: "rostergate_ledger_queue_entries", help: "Answers and refusals of this server that wait for their entry in the ledger.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.lag.Entries) }},
		{name: "rostergate_import_last_good_timestamp_seconds", help: "When the newest import ended that was stored or found the roster unchanged, in seconds since 1970; 0 without any.", kind: prometheus.GaugeValue, stored: true, value: (*house).importedAt},
		{name: "rostergate_import_last_verdict", help: "1, with how the newest attempt to import ended, dry runs apart; failed is one without a report.", kind: prometheus.GaugeValue, stored: true, labels: []string{"verdict"}, each: func(h *house, tell func(float64, ...string)) { tell(1, h.verdict()) }},
		{name: "rostergate_roster_generation", help: "The generation of the roster that this server read last.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.generation) }},
	}
}

func numbersOfMemory() []number {
	return []number{
		{name: "rostergate_views", help: "Views of the roster that are kept.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.views) }},
		{name: "rostergate_horizons", help: "Readers of whom it is kept what they saw last.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.Horizons.Held()) }},
		{name: "rostergate_plans", help: "Plans that are kept.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.plans) }},
		{name: "rostergate_plan_hits_total", help: "Requests whose plan was kept.", kind: prometheus.CounterValue, value: func(h *house) float64 { return float64(h.hits) }},
		{name: "rostergate_plan_misses_total", help: "Requests whose plan had to be decided.", kind: prometheus.CounterValue, value: func(h *house) float64 { return float64(h.misses) }},
		{name: "rostergate_results", help: "Results of filters and sorts that are kept.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.Results) }},
		{name: "rostergate_results_bytes", help: "Memory of these results.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.ResultBytes) }},
		{name: "rostergate_result_hits_total", help: "Filters and sorts whose result was kept.", kind: prometheus.CounterValue, value: func(h *house) float64 { return float64(h.held.ResultHits) }},
		{name: "rostergate_result_misses_total", help: "Filters and sorts that had to be worked out.", kind: prometheus.CounterValue, value: func(h *house) float64 { return float64(h.held.ResultMisses) }},
		{name: "rostergate_walks", help: "Walks through lists that are remembered.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.Walks) }},
		{name: "rostergate_walks_bytes", help: "Memory of these walks.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.WalkBytes) }},
		{name: "rostergate_answers_bytes", help: "Memory of answers that are being sent.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.AnswerBytes) }},
		{name: "rostergate_answers_under_way", help: "Answers that are being computed.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.UnderWay) }},
		{name: "rostergate_answers_waiting", help: "Answers that wait for their app's turn.", kind: prometheus.GaugeValue, value: func(h *house) float64 { return float64(h.held.Waiting) }},
	}
}

func numbersOfProcess() []number {
	return []number{
		{name: "rostergate_panics_total", help: "Panics that were caught.", kind: prometheus.CounterValue, value: func(h *house) float64 { return float64(h.Panics.Count()) }},
		{name: "rostergate_connections_open", help: "Connections to a database that are open, by pool: that of the store, that of the ledger.", kind: prometheus.GaugeValue, labels: []string{"pool"}, each: pool(func(s sql.DBStats) float64 { return float64(s.OpenConnections) })},
		{name: "rostergate_connections_in_use", help: "Connections to a database that somebody uses.", kind: prometheus.GaugeValue, labels: []string{"pool"}, each: pool(func(s sql.DBStats) float64 { return float64(s.InUse) })},
		{name: "rostergate_connection_wait_seconds_total", help: "How long it was waited for connections to a database.", kind: prometheus.CounterValue, labels: []string{"pool"}, each: pool(func(s sql.DBStats) float64 { return s.WaitDuration.Seconds() })},
		{name: "rostergate_build_info", help: "1, with the version of the build.", kind: prometheus.GaugeValue, labels: []string{"version"}, each: func(h *house, tell func(float64, ...string)) { tell(1, h.Version) }},
	}
}

// pool is a number of each pool of connections.
func pool(of func(sql.DBStats) float64) func(*house, func(float64, ...string)) {
	return func(h *house, tell func(float64, ...string)) {
		h.pools(func(name string, s sql.DBStats) { tell(of(s), name) })
	}
}

func whether(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
