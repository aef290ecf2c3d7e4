package gateway

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/view"
)

// Offer is a grant, or a policy, that somebody considers for an app.
type Offer struct {
	Grant   *policy.Grant // nil for the one that holds
	Policy  *policy.Own   // nil for the one that holds; without files for none
	State   apps.State    // empty for enabled
	Ceiling bool          // the ceiling of the app's preset holds, whether or not it does now
	Vendor  policy.Vendor // what kind of product it is, empty for what is said of it

	Guardrails *[]policy.Guardrail // nil for those that hold
	Seen       []catalog.Member    // metadata keys and types that would be reviewed for the app with it

	// Of, if set, is all that is decided upon, but for who is opted out: one side of an
	// apps.Effect. Nothing else counts then.
	Of *policy.Input
}

// Prospect is what an app would get by an offer, were it in the offer's state, with a token for
// everything that the grant opens.
type Prospect struct {
	Grant    policy.Grant
	Keys     []policy.Key // that the roster has, with what is and would be reviewed
	Decision policy.Decision
	Plan     *policy.Plan
	View     *view.View // that the plan reaches

	who   identity     // in whose place it was decided, at the stamp of the View
	asked policy.Input // that it was decided upon
}

// NewApp stands for an app that is not added yet: of it nothing is reviewed, and it is
// granted what an offer says.
const NewApp = ""

// Prospect is what an app, or NewApp, would get by an offer, in one state of the
// permissions and the roster. Nothing of it is kept, and nothing is put on record: it
// holds no values. An unknown app is a fault.NotFound.
func (g *Gateway) Prospect(ctx context.Context, app string, offer Offer) (Prospect, error) {
	all, err := g.prospects(ctx, app, offer)
	if err != nil {
		return Prospect{}, err
	}
	return all[0], nil
}

// Compare is what an app would get by each of two offers, in the same state. Errors are
// those of Prospect.
func (g *Gateway) Compare(ctx context.Context, app string, from, to Offer) (before, after Prospect, err error) {
	all, err := g.prospects(ctx, app, from, to)
	if err != nil {
		return Prospect{}, Prospect{}, err
	}
	return all[0], all[1], nil
}

func (g *Gateway) prospects(ctx context.Context, app string, offers ...Offer) ([]Prospect, error) {
	var all []Prospect
	err := g.standStill(ctx, func(still *Gateway) (err error) {
		all, err = still.consider(ctx, app, offers)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find what %s would get: %w", app, err)
	}
	return all, nil
}

// consider decides upon offers, from a gateway that stands still.
func (g *Gateway) consider(ctx context.Context, app string, offers []Offer) ([]Prospect, error) {
	who := identity{Caller: apps.Caller{App: cmp.Or(app, apps.NotAdded), State: apps.Enabled}}
	var err error
	if who.Stamp, err = revision.Read(g.DB.Read.WithContext(ctx)); err != nil {
		return nil, err
	}
	in, err := g.input(ctx, who)
	if err != nil {
		return nil, err
	}
	snapshot, err := g.Views.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var all []Prospect
	toSave, err := g.Apps.DayToSave(g.DB.Read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	for _, offer := range offers {
		in := offer.in(in, toSave)
		p := Prospect{Grant: in.Grant, Keys: in.Keys, who: who, asked: in}
		if p.Plan, p.Decision, err = g.Plans.Once(ctx, in); err != nil {
			return nil, err
		}
		scope, err := g.scopeOf(ctx, snapshot, p.Plan)
		if err != nil {
			return nil, err
		}
		p.View = snapshot.Try(scope)
		all = append(all, p)
	}
	return all, nil
}

// in is what is decided upon: what holds, but for what is offered, which would begin a
// day.
func (o Offer) in(saved policy.Input, day string) policy.Input {
	if o.Of != nil {
		in := *o.Of
		in.TokenScopes, in.Expires, in.Now, in.OptOuts = saved.TokenScopes, saved.Expires, saved.Now, saved.OptOuts
		return in
	}
	saved.App.State = string(cmp.Or(o.State, apps.Enabled))
	saved.App.Ceiling = saved.App.Ceiling || o.Ceiling
	if o.Grant != nil {
		saved.Grant, saved.Day = *o.Grant, day
	}
	if o.Policy != nil {
		saved.Own = nil
		if len(o.Policy.Files) > 0 {
			saved.Own, saved.Day = o.Policy, day
		}
	}
	saved.App.Vendor = cmp.Or(o.Vendor, saved.App.Vendor)
	if o.Guardrails != nil {
		saved.Guardrails, saved.Day = *o.Guardrails, day
	}
	saved.Keys = slices.Clone(saved.Keys)
	for i, k := range saved.Keys {
		saved.Keys[i].Reviewed = k.Reviewed || slices.Contains(o.Seen, k.Member)
	}
	return saved
}

// Records are those that the app would reach of an entity, by its plural. Callers must
// not change the set.
func (p Prospect) Records(entity string) *roaring.Bitmap {
	if _, open := p.Plan.Entity(entity); !open {
		return roaring.New()
	}
	return p.View.Set(entity)
}

// Trace is how the decision came about. It decides anew, for whoever asks why.
func (p Prospect) Trace(ctx context.Context, engine *policy.Engine) (policy.Trace, error) {
	return engine.Trace(ctx, p.asked)
}

// Difference is what an app would gain and lose of one entity.
type Difference struct {
	Opens, Closes bool            // the entity itself
	Gained, Lost  *roaring.Bitmap // records
}

// Beside is how a prospect differs, in an entity, from one before it.
func (p Prospect) Beside(before Prospect, entity string) Difference {
	_, was := before.Plan.Entity(entity)
	_, is := p.Plan.Entity(entity)
	had, has := before.Records(entity), p.Records(entity)
	return Difference{
		Opens: is && !was, Closes: was && !is,
		Gained: roaring.AndNot(has, had), Lost: roaring.AndNot(had, has),
	}
}

// Standing is what is decided for an app as it is saved, were it enabled. An unknown app is
// a fault.NotFound.
func (g *Gateway) Standing(ctx context.Context, app string) (decision policy.Decision, err error) {
	err = g.standStill(ctx, func(still *Gateway) error {
		who := identity{Caller: apps.Caller{App: app, State: apps.Enabled}}
		if who.Stamp, err = revision.Read(still.DB.Read.WithContext(ctx)); err != nil {
			return err
		}
		in, err := still.input(ctx, who)
		if err == nil {
			_, decision, err = still.Plans.Once(ctx, in)
		}
		return err
	})
	if err != nil {
		return decision, fmt.Errorf("find what is decided for %s: %w", app, err)
	}
	return decision, nil
}

// Reaching are those of some apps that would get a user's record if they were enabled and
// the user were not opted out of them, in their order. An unknown app is a fault.NotFound.
func (g *Gateway) Reaching(ctx context.Context, user uint32, apps []string) ([]string, error) {
	var reaching []string
	err := g.standStill(ctx, func(still *Gateway) error {
		for _, app := range apps {
			all, err := still.consider(ctx, app, []Offer{{}})
			if err != nil {
				return err
			}
			if _, open := all[0].Plan.Entity("users"); open && all[0].View.Otherwise(user).In {
				reaching = append(reaching, app)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find which apps would get a user: %w", err)
	}
	return reaching, nil
}
