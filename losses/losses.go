package losses

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/gateway"
	"github.com/rostergate/rostergate/plural"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster/sanity"
	"github.com/rostergate/rostergate/roster/view"
)

// Teller tells what apps lack. Both are required.
type Teller struct {
	Apps    *apps.Registry
	Gateway *gateway.Gateway
}

// Line is a check of the last import, and what it costs which apps.
type Line struct {
	sanity.Count
	Losses []Loss // enabled ones that it costs something, in the order of their names
}

// Loss is what an app lacks or gets because of a check.
type Loss struct {
	App, Name string // its id, and what people call it
	Records   int64
	Says      string // "does not get 12 students"
}

// Lines are all checks of the last import, none before there was one that counted.
func (t Teller) Lines(ctx context.Context) ([]Line, error) {
	counts, err := sanity.Load(t.Apps.DB.Read.WithContext(ctx))
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	lines := make([]Line, 0, len(counts))
	for _, c := range counts {
		lines = append(lines, Line{Count: c})
	}
	all, err := t.Apps.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, app := range all {
		if app.State != apps.Enabled {
			continue
		}
		gets, err := t.Gateway.Prospect(ctx, app.ID, gateway.Offer{})
		if err != nil {
			return nil, fmt.Errorf("find what %s lacks: %w", app.ID, err)
		}
		for i := range lines {
			if loss := lossOf(gets, lines[i].Count); loss.Records > 0 {
				loss.App, loss.Name = app.ID, app.Name
				lines[i].Losses = append(lines[i].Losses, loss)
			}
		}
	}
	return lines, nil
}

// lossOf is what a check costs an app, which is nothing where the app is not given the
// records' entity.
func lossOf(gets gateway.Prospect, c sanity.Count) Loss {
	open, given := gets.Plan.Entity(c.Entity)
	if c.Records == 0 || !given {
		return Loss{}
	}
	missing := func(says string, widened func(*view.Scope)) Loss {
		return lacking(c, says, roaring.AndNot(roaring.And(c.Members, gets.View.With(widened).Set(c.Entity)), gets.Records(c.Entity)))
	}
	had := roaring.And(c.Members, gets.Records(c.Entity))
	switch c.Cost {
	case sanity.Unenrolled:
		return missing("does not get %s, for they are enrolled nowhere", func(s *view.Scope) { s.Unenrolled = true })
	case sanity.Ungraded:
		return missing("does not get %s, for its scope goes by grade", func(s *view.Scope) { s.Grades = view.Among{All: true} })
	case sanity.Bare:
		if _, opened := gets.Plan.Entity("demographics"); opened {
			return lacking(c, "gets no demographics of %s", had)
		}
	case sanity.Termless:
		return lacking(c, "does not get %s, for none of their terms is left", unreached(gets.View, c.Members))
	case sanity.Flawed:
		if shows(open, c.Member) {
			return lacking(c, "gets %s with such a value", had)
		}
	}
	return Loss{}
}

// lacking is a loss of some records.
func lacking(c sanity.Count, says string, some *roaring.Bitmap) Loss {
	n := int64(some.GetCardinality())
	return Loss{Records: n, Says: fmt.Sprintf(says, plural.Of(int(n), c.Noun.One, c.Noun.Many))}
}

// unreached are the classes that an app would get if they had a term.
func unreached(v *view.View, classes *roaring.Bitmap) *roaring.Bitmap {
	found := roaring.New()
	classes.Iterate(func(id uint32) bool {
		if v.Why("classes", id).Code == "no_term" {
			found.Add(id)
		}
		return true
	})
	return found
}

// shows reports whether an app gets the values of a member as they are.
func shows(e *policy.EntityPlan, m catalog.Member) bool {
	if m.Bag == catalog.Metadata {
		for _, key := range e.Keys {
			if key == m.Name {
				return true
			}
		}
		return false
	}
	f, shared := e.Field(m.Name)
	return shared && f.Mask == ""
}
