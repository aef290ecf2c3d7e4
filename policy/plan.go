package policy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rostergate/rostergate/catalog"
)

// Plan is the compiled form of a decision: what may be read for an app, and
// nothing else. It is shared between goroutines and must not be changed.
type Plan struct {
	App     string
	Allow   bool
	Reasons []string // why nothing is allowed

	// ValidUntil is the instant at which the plan is over: the earliest end,
	// of the credential, of the grant or, where a policy was told it, of the day in
	// UTC, that lay ahead when it was decided.
	// Zero has no end; a denial has none either but that of the day, since time opens
	// nothing else.
	ValidUntil time.Time

	// Scope says which records are reached where an entity's Rows are Conditional.
	Scope Scope

	// Keep are conditions that the records reached must meet, all of them.
	Keep []Condition
	// OptOuts are left out of every entity, whatever its Rows say.
	OptOuts OptOuts
	// Day is the district's day as YYYY-MM-DD where the scope leaves out enrollments that
	// ended before it, else empty: then the plan holds whatever day it is.
	Day string

	entities    []*EntityPlan
	fingerprint string
}

// EntityPlan is the part of a plan about one open entity.
type EntityPlan struct {
	Entity catalog.Entity
	Fields []Field  // in the catalog's order
	Keys   []string // of metadata, sorted
	Types  []string // of identifiers, sorted
	Rows   Rows
}

// Field is a field that is shared, and how.
type Field struct {
	catalog.Field
	Mask Mask
}

// Plan decides, and compiles the decision. Errors are those of Decide.
func (e *Engine) Plan(ctx context.Context, in Input) (*Plan, error) {
	decision, err := e.Decide(ctx, in)
	if err != nil {
		return nil, err
	}
	return e.Compile(in, decision)
}

// Compile makes the plan of a decision about in.
func (e *Engine) Compile(in Input, decision Decision) (*Plan, error) {
	plan := &Plan{App: in.App.ID, Allow: decision.Allow, Reasons: slices.Clone(decision.Reasons), ValidUntil: dayEnds(in)}
	if decision.Allow {
		plan.Scope, plan.Day, plan.OptOuts = decision.Scope.normal(), decision.Day, in.OptOuts
		plan.Keep = slices.Clone(decision.Keep)
		plan.ValidUntil = earliestAfter(in.Now, in.Expires, in.Grant.Until, dayEnds(in))
		plan.entities = e.openEntities(decision)
	}
	var err error
	plan.fingerprint, err = plan.hash()
	return plan, err
}

// dayEnds is when a policy of the app has to be asked anew, for it is told the day of UTC;
// zero for an app without one, and where the district's day is known, with which the
// permission revision moves.
func dayEnds(in Input) time.Time {
	if in.Own == nil || in.Day != "" {
		return time.Time{}
	}
	return in.Now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
}

// earliestAfter is the first of the ends that lies after now, zero without one.
func earliestAfter(now time.Time, ends ...time.Time) time.Time {
	var first time.Time
	for _, end := range ends {
		if end.After(now) && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	return first
}

func (e *Engine) openEntities(decision Decision) []*EntityPlan {
	var open []*EntityPlan
	for _, entity := range e.entities {
		if one := decision.Entities[entity.Plural]; one.Allow {
			open = append(open, &EntityPlan{
				Entity: entity,
				Fields: sharedFields(entity, one.Fields),
				Keys:   sharedMembers(one.Keys),
				Types:  sharedMembers(one.Types),
				Rows:   one.Rows,
			})
		}
	}
	return open
}

func sharedFields(entity catalog.Entity, judged map[string]FieldDecision) []Field {
	var shared []Field
	for _, f := range entity.Fields {
		if one := judged[f.Name]; one.Share {
			shared = append(shared, Field{Field: f, Mask: one.Mask})
		}
	}
	return shared
}

func sharedMembers(judged map[string]MemberDecision) []string {
	var shared []string
	for _, name := range slices.Sorted(maps.Keys(judged)) {
		if judged[name].Share {
			shared = append(shared, name)
		}
	}
	return shared
}

// Over reports whether the plan has ended at now.
func (p *Plan) Over(now time.Time) bool {
	return !p.ValidUntil.IsZero() && !now.Before(p.ValidUntil)
}

// Entities lists the open entities in the catalog's order.
func (p *Plan) Entities() []*EntityPlan { return slices.Clone(p.entities) }

// Entity finds an open entity by its plural. There is none for an entity that was
// not granted, nor for one that does not exist.
func (p *Plan) Entity(plural string) (*EntityPlan, bool) {
	for _, e := range p.entities {
		if e.Entity.Plural == plural {
			return e, true
		}
	}
	return nil, false
}

// Field finds a shared field by its JSON name, masked or not.
func (e *EntityPlan) Field(name string) (*Field, bool) {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return &e.Fields[i], true
		}
	}
	return nil, false
}

// Sees reports whether the app sees the revealed field as it is, so that a route,
// a filter or a sort that gives it away tells the app nothing new.
func (p *Plan) Sees(reveal catalog.Reveal) bool {
	e, ok := p.Entity(reveal.Entity)
	if !ok {
		return false
	}
	f, ok := e.Field(reveal.Field)
	return ok && f.Mask == ""
}

// Fingerprint is the same for two plans exactly where they send the same from the
// same roster: 32 hexadecimal digits over the app, the entities, fields, masks,
// keys, types, the scope, its day and who is opted out. It does not depend on when a plan was decided, by
// which revision, or in which order ticks were set.
func (p *Plan) Fingerprint() string { return p.fingerprint }

func (p *Plan) hash() (string, error) {
	type sent struct {
		Entity      string
		Rows        Rows
		Fields      [][2]string
		Keys, Types []string
	}
	all := struct {
		App      string
		Scope    Scope
		Day      string
		OptOuts  string `json:",omitempty"` // without any it is what it always was
		Entities []sent
		Keep     []Condition `json:",omitempty"`
	}{App: p.App, Scope: p.Scope, Day: p.Day, OptOuts: p.OptOuts.Print}
	for _, c := range p.Keep {
		c.Reason = ""
		all.Keep = append(all.Keep, c)
	}
	for _, e := range p.entities {
		one := sent{Entity: e.Entity.Plural, Rows: e.Rows, Keys: e.Keys, Types: e.Types}
		for _, f := range e.Fields {
			one.Fields = append(one.Fields, [2]string{f.Name, string(f.Mask)})
		}
		all.Entities = append(all.Entities, one)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", fmt.Errorf("fingerprint the plan of app %s: %w", p.App, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}
