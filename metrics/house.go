package metrics

import (
	"context"
	"database/sql"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/intake"
	"github.com/rostergate/rostergate/roster/notice"
	"github.com/rostergate/rostergate/roster/view"
)

// Sources are what a scrape asks. All of them are required.
type Sources struct {
	Store, LedgerStore *database.Database
	Ledger             *audit.Ledger
	Intake             *intake.Importer
	Views              *view.Memory
	Horizons           *notice.Horizons
	Plans              *policy.Plans
	Gateway            *gateway.Gateway
	Panics             *fault.Panics
	Clock              func() time.Time
	Version            string // of the build
}

// house is what was read for one scrape.
type house struct {
	Sources
	held         gateway.Held
	plans        int
	hits, misses int64
	views        int
	generation   int64
	isStored     bool // the database said what follows
	lag          audit.Lag
	newest, good intake.Attempt
}

// read reads how the house is doing. Where the database does not answer soon, what it
// would have said is left out.
func (s Sources) read(ctx context.Context) *house {
	h := &house{Sources: s, held: s.Gateway.Held()}
	h.plans, h.hits, h.misses = s.Plans.Held()
	if known := s.Views.Remembered(); known != nil {
		h.views, h.generation = known.Views(), known.Generation
	}
	ctx, stop := context.WithTimeout(ctx, readTime)
	defer stop()
	var err error
	if h.lag, err = s.Ledger.Lag(ctx); err == nil {
		h.newest, h.good, err = s.Intake.Latest(ctx)
	}
	h.isStored = err == nil
	return h
}

// Describe says that what is told is found out by asking: it depends on what the
// database answers.
func (h *house) Describe(chan<- *prometheus.Desc) {}

// Collect tells what was read.
func (h *house) Collect(to chan<- prometheus.Metric) {
	tell := func(n number, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(prometheus.NewDesc(n.name, n.help, n.labels, nil), n.kind, value, labels...)
	}
	for _, n := range numbers() {
		switch {
		case n.stored && !h.isStored:
		case n.each != nil:
			n.each(h, func(value float64, labels ...string) { tell(n, value, labels...) })
		default:
			tell(n, n.value(h))
		}
	}
}

// verdict is how the newest attempt to import ended, in a word.
func (h *house) verdict() string {
	switch a := h.newest; {
	case a.ID == 0:
		return "none"
	case a.Lost(h.Clock()):
		return string(intake.Failed)
	case a.State == intake.Ended:
		return string(a.Verdict)
	default:
		return string(a.State)
	}
}

// importedAt is when the newest import that went well ended, in seconds since 1970; 0
// where there is none.
func (h *house) importedAt() float64 {
	at, err := h.good.EndedAt.Time()
	if err != nil {
		return 0
	}
	return float64(at.UnixMilli()) / 1000
}

// pools are the connections of each database.
func (h *house) pools(each func(pool string, s sql.DBStats)) {
	for name, db := range map[string]*database.Database{"store": h.Store, "ledger": h.LedgerStore} {
		if conns, err := db.Read.DB(); err == nil {
			each(name, conns.Stats())
		}
	}
}
