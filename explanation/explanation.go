package explanation

import (
	"context"
	"fmt"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/optouts"
	"github.com/rostergate/rostergate/policy"
)

// Teller says why apps get what they get. All of it is required.
type Teller struct {
	Gateway *gateway.Gateway
	Engine  *policy.Engine
	OptOuts *optouts.Registry
}

// Why is what there is to say of one app, in one state of the permissions and the roster.
type Why struct {
	Stands gateway.Prospect // what the app gets as it stands

	enabled gateway.Prospect // what it would get if it were enabled
	trace   policy.Trace
	further policy.Trace // likewise: what the stages behind the app's say
	teller  Teller
}

// Chain is what each step said of one thing, in the order in which they are asked.
type Chain []Step

// Step is what one stage said.
type Step struct {
	Name    string      `json:"step"` // stable: "permissions", "ceiling", "scope"
	Label   string      `json:"label"`
	Said    policy.Said `json:"said"`
	Decided bool        `json:"decided"`          // of all that hide it the first
	Reason  string      `json:"reason,omitempty"` // the code of the first rule that hides or masks it
	Mask    policy.Mask `json:"mask,omitempty"`
	Says    []string    `json:"says"` // sentences
}

// Ask decides anew for an app in its state. An unknown app is a fault.NotFound.
func (t Teller) Ask(ctx context.Context, app apps.App) (Why, error) {
	stands, enabled, err := t.Gateway.Compare(ctx, app.ID, gateway.Offer{State: app.State}, gateway.Offer{})
	if err != nil {
		return Why{}, err
	}
	w := Why{Stands: stands, enabled: enabled, teller: t}
	if w.trace, err = stands.Trace(ctx, t.Engine); err == nil {
		w.further, err = enabled.Trace(ctx, t.Engine)
	}
	if err != nil {
		return Why{}, fmt.Errorf("explain what %s gets: %w", app.ID, err)
	}
	return w, nil
}

// Decision is what was decided for the app as it stands.
func (w Why) Decision() policy.Decision { return w.trace.Decision }

// Chain is what is said of an entity, which has no name, or of a field, a key or a type of
// it; empty of what there is not. What the app's own state hides is looked at as though it
// were enabled, too, so that the rest of the chain says something.
func (w Why) Chain(m catalog.Member) Chain {
	steps := w.trace.Steps(m)
	if len(steps) == 0 {
		return nil
	}
	if further := w.further.Steps(m); len(further) == len(steps) {
		steps = append(steps[:1:1], further[1:]...)
	}
	var chain Chain
	for _, s := range steps {
		chain = append(chain, w.teller.step(m, s))
	}
	return chain.decide()
}

// decide marks the first step that hides.
func (c Chain) decide() Chain {
	for i := range c {
		if c[i].Said == policy.Hides {
			c[i].Decided = true
			return c
		}
	}
	return c
}

// Decider is the step that decided that something is hidden, and whether one did.
func (c Chain) Decider() (Step, bool) {
	for _, s := range c {
		if s.Decided {
			return s, true
		}
	}
	return Step{}, false
}

// Mask is the mask that the chain ends with.
func (c Chain) Mask() (mask policy.Mask) {
	for _, s := range c {
		if s.Said == policy.Blurs {
			mask = s.Mask
		}
	}
	return mask
}
