package policy

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// TokenScopeSet is a set of the catalog's scopes that can be compared. Scopes that the
// catalog does not know open nothing, and are not in it.
type TokenScopeSet uint32

// TokenScopeSetOf makes the set of the held scopes. One that opens nothing beside another is
// left out: what readers saw is kept by this number, and holds from before 1.2 was served.
func TokenScopeSetOf(held []catalog.TokenScope) TokenScopeSet {
	var set TokenScopeSet
	for i, scope := range catalog.TokenScopes() {
		idle := scope == catalog.ResourceCoreScope && slices.Contains(held, catalog.ResourceScope)
		if slices.Contains(held, scope) && !idle {
			set |= 1 << i
		}
	}
	return set
}

// PermissionRevision is a state of the permissions. Its numbers are comparable within
// one epoch only: a restored backup starts another. A number may be given a second
// time after a failover; then it has another mark.
type PermissionRevision struct {
	Epoch      int64
	Permission int64
	Mark       int64
}

// after reports whether plans made under other no longer hold under r. Of two that
// have the same number the one that is asked for is: the other never will be again.
func (r PermissionRevision) after(other PermissionRevision) bool {
	return r.Epoch != other.Epoch || r.Permission > other.Permission || r.Permission == other.Permission && r.Mark != other.Mark
}

// PlanKey is what a plan is kept under. Make it with NewPlanKey.
type PlanKey struct {
	App         string
	Revision    PermissionRevision
	TokenScopes TokenScopeSet
	Expires     int64 // of the credential, in microseconds since 1970
}

// NewPlanKey makes the key of an app's plan for a credential that holds scopes and
// expires at an instant, zero for one that does not.
func NewPlanKey(app string, revision PermissionRevision, scopes []catalog.TokenScope, expires time.Time) PlanKey {
	return PlanKey{App: app, Revision: revision, TokenScopes: TokenScopeSetOf(scopes), Expires: expires.UnixMicro()}
}

// Plans keeps the plans of the newest permission revision that it was asked for.
// Whatever a plan is made of must move that revision: grants, the app's state, and
// also which keys the roster has and which of them are reviewed. It may be used by several goroutines. Make it with NewPlans.
type Plans struct {
	engine *Engine
	clock  func() time.Time
	half   int

	mu       sync.Mutex
	revision PermissionRevision
	late     int               // how many asked for an earlier one since somebody asked for it
	young    map[PlanKey]*Plan // what was asked for lately
	old      map[PlanKey]*Plan // what was, before young filled up
	flights  map[PlanKey]*flight

	hits, misses int64
}

// flight is one evaluation that several callers wait for. It is not a singleflight.Group,
// whose calls either keep everybody until the end or run apart from whoever asks: here who
// asks first evaluates in its own request, by its own state of the database and with its
// own panic, and whoever waits may leave, or take over where the first one gave up.
type flight struct {
	done      chan struct{}
	plan      *Plan
	err       error
	abandoned bool // whoever evaluated gave up, which says nothing about the plan
}

// NewPlans returns an empty store of at most limit plans, and at least two.
func NewPlans(engine *Engine, clock func() time.Time, limit int) *Plans {
	return &Plans{
		engine:   engine,
		clock:    clock,
		half:     max(limit/2, 1),
		revision: PermissionRevision{Permission: math.MinInt64},
		young:    map[PlanKey]*Plan{},
		old:      map[PlanKey]*Plan{},
		flights:  map[PlanKey]*flight{},
	}
}

// Get returns the plan of a key, and asks for the input only where it does not
// have one that is valid now. The input must be the key's, and is decided by the
// clock of Plans whatever its Now. Callers of one key at one time share one
// evaluation. Errors of the input and of the evaluation are returned to those who
// waited, and not kept.
func (p *Plans) Get(ctx context.Context, key PlanKey, input func() (Input, error)) (*Plan, error) {
	for {
		plan, shared, leads := p.find(key)
		if plan != nil {
			return plan, nil
		}
		if leads {
			p.decide(ctx, key, shared, input)
		}
		select {
		case <-shared.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the plan of app %s: %w", key.App, ctx.Err())
		}
		ended := shared.err == nil && shared.plan.Over(p.clock())
		if ended || shared.abandoned && !leads {
			continue
		}
		return shared.plan, shared.err
	}
}

// Once decides by the clock of Plans and keeps nothing: it is for questions about
// what a plan would be. Errors are those of Decide.
func (p *Plans) Once(ctx context.Context, in Input) (*Plan, Decision, error) {
	in.Now = p.clock()
	decision, err := p.engine.Decide(ctx, in)
	if err != nil {
		return nil, Decision{}, err
	}
	plan, err := p.engine.Compile(in, decision)
	return plan, decision, err
}

// find returns the plan that is kept under key, or else the flight that will bring
// it, and whether the caller is the one who has to evaluate.
func (p *Plans) find(key PlanKey) (plan *Plan, shared *flight, leads bool) {
	now := p.clock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.advance(key.Revision)
	if plan := p.remembered(key); plan != nil && !plan.Over(now) {
		p.hits++
		return plan, nil, false
	}
	p.misses++
	if shared, ok := p.flights[key]; ok {
		return nil, shared, false
	}
	shared = &flight{done: make(chan struct{}), err: errors.New("the evaluation did not end")}
	p.flights[key] = shared
	return nil, shared, true
}

// Held is how many plans are remembered now, how often one that was asked for was among
// them, and how often it was not.
func (p *Plans) Held() (plans int, hits, misses int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	plans = len(p.young)
	for key := range p.old {
		if _, counted := p.young[key]; !counted {
			plans++
		}
	}
	return plans, p.hits, p.misses
}

// manyLate is how many may ask late for an earlier revision, one after the other,
// before it is taken for the newest: a server that has fewer commits took over.
const manyLate = 100

// advance forgets everything when a newer revision is asked for.
func (p *Plans) advance(revision PermissionRevision) {
	switch {
	case revision == p.revision:
		p.late = 0
		return
	case !revision.after(p.revision):
		if p.late++; p.late < manyLate {
			return
		}
	}
	p.revision, p.late = revision, 0
	clear(p.young)
	clear(p.old)
}

// remembered finds a plan, and makes it young.
func (p *Plans) remembered(key PlanKey) *Plan {
	if plan, ok := p.young[key]; ok {
		return plan
	}
	plan, ok := p.old[key]
	if !ok {
		return nil
	}
	p.remember(key, plan)
	return plan
}

// remember stores a plan of the newest revision. When the young fill half of the
// store they become the old, and what was old and not asked for since is gone.
func (p *Plans) remember(key PlanKey, plan *Plan) {
	if key.Revision != p.revision {
		return
	}
	if _, ok := p.young[key]; !ok && len(p.young) >= p.half {
		p.young, p.old = p.old, p.young
		clear(p.young)
	}
	p.young[key] = plan
}

// decide evaluates and lands the flight, even where the input panics.
func (p *Plans) decide(ctx context.Context, key PlanKey, shared *flight, input func() (Input, error)) {
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		shared.abandoned = shared.err != nil && ctx.Err() != nil
		if shared.err == nil {
			p.remember(key, shared.plan)
		}
		delete(p.flights, key)
		close(shared.done)
	}()
	shared.plan, shared.err = p.evaluate(ctx, key, input)
}

func (p *Plans) evaluate(ctx context.Context, key PlanKey, input func() (Input, error)) (*Plan, error) {
	in, err := input()
	if err != nil {
		return nil, fmt.Errorf("read the permissions of app %s: %w", key.App, err)
	}
	if NewPlanKey(in.App.ID, key.Revision, in.TokenScopes, in.Expires) != key {
		return nil, fmt.Errorf("decide for app %s: the input is that of another key", key.App)
	}
	in.Now = p.clock()
	return p.engine.Plan(ctx, in)
}
