package rego

import (
	"context"
	"errors"
	"runtime/metrics"
	"time"

	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Bounds are how much one evaluation may take. A zero bound is none.
type Bounds struct {
	Time   time.Duration // by the clock, on a machine that may be busy with something else
	Steps  int           // of the evaluation: expressions looked at, values compared
	Memory uint64        // bytes by which the process may grow meanwhile
}

// ErrSteps says that rules took more steps than they may: they always will.
var ErrSteps = errors.New("the rules take too many steps: look for loops inside loops over long lists")

// errTime and errMemory say that an evaluation took longer, or that the process grew more,
// than is bearable; that may have had another cause, so it says nothing for good.
var (
	errTime   = errors.New("the rules took too long")
	errMemory = errors.New("the rules took too much memory")
)

// meter watches an evaluation and ends it at a bound.
type meter struct {
	bounds Bounds
	cancel topdown.Cancel
	steps  int
	begun  uint64
	sample []metrics.Sample
	ended  error
}

const heap = "/memory/classes/heap/objects:bytes"

// begin starts the clock. Steps and memory are counted where they are bounded.
func (b Bounds) begin(ctx context.Context) (context.Context, *meter, context.CancelFunc) {
	m := &meter{bounds: b, cancel: topdown.NewCancel(), sample: []metrics.Sample{{Name: heap}}}
	m.begun = m.held()
	if b.Time == 0 {
		return ctx, m, func() {}
	}
	ctx, done := context.WithTimeout(ctx, b.Time)
	stop := context.AfterFunc(ctx, m.cancel.Cancel)
	return ctx, m, func() { stop(); done() }
}

func (m *meter) options() []rego.EvalOption {
	if m.bounds.Steps == 0 && m.bounds.Memory == 0 {
		return nil
	}
	return []rego.EvalOption{rego.EvalQueryTracer(m), rego.EvalExternalCancel(m.cancel)}
}

// met is the bound that ended the evaluation, nil where none did.
func (m *meter) met() error { return m.ended }

// held is how many bytes the process holds.
func (m *meter) held() uint64 {
	metrics.Read(m.sample)
	return m.sample[0].Value.Uint64()
}

// Enabled is of topdown.QueryTracer, like the two below.
func (m *meter) Enabled() bool { return true }

// Config asks for no variables, which would cost more than the evaluation.
func (m *meter) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

// betweenLooks is how many steps lie between two looks at the memory.
const betweenLooks = 64

// TraceEvent counts a step.
func (m *meter) TraceEvent(topdown.Event) {
	m.steps++
	switch {
	case m.ended != nil:
	case m.bounds.Steps > 0 && m.steps > m.bounds.Steps:
		m.end(ErrSteps)
	case m.bounds.Memory > 0 && m.steps%betweenLooks == 0:
		if now := m.held(); now > m.begun && now-m.begun > m.bounds.Memory {
			m.end(errMemory)
		}
	}
}

func (m *meter) end(why error) {
	m.ended = why
	m.cancel.Cancel()
}
