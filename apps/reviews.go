package apps

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/policy"
	"github.com/rostergate/rostergate/roster"
)

// Keys lists every key that some import found, with what was reviewed for an app.
func (r *Registry) Keys(ctx context.Context, app string) ([]roster.Key, error) {
	return roster.KeysFor(r.DB.Read.WithContext(ctx), app)
}

// Wanted lists the keys and types that an app may be given by a review: those that
// it would get by its grant if an admin said so, and those that it gets because one
// did. A metadata key is wanted where it is ticked; a type of identifiers where its
// field is, for a preset ticks the field and leaves it to an admin which types of it
// the app may have. Keys are those of roster.KeysFor the app.
func Wanted(grant policy.Grant, keys []roster.Key) []roster.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k roster.Key) bool { return !k.Present || !wanted(grant, k.Member()) })
}

// Waiting lists what of the Wanted nobody has reviewed for the app.
func Waiting(grant policy.Grant, keys []roster.Key) []roster.Key {
	return unreviewed(Wanted(grant, keys))
}

func unreviewed(keys []roster.Key) []roster.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k roster.Key) bool { return k.Reviewed })
}

// wanted reports whether a review would let an app have a key or a type by its grant.
func wanted(grant policy.Grant, m catalog.Member) bool {
	granted := grant.Entities[m.Entity]
	if m.Bag == catalog.Metadata {
		return granted.Open && granted.Metadata && slices.Contains(granted.Keys, m.Name)
	}
	return granted.Open && slices.Contains(granted.Fields, string(m.Bag))
}

// Ticks reports whether a grant ticks a key or a type, whatever its switches say.
func Ticks(grant policy.Grant, m catalog.Member) bool {
	granted := grant.Entities[m.Entity]
	if m.Bag == catalog.Metadata {
		return slices.Contains(granted.Keys, m.Name)
	}
	return slices.Contains(granted.Types, m.Name)
}

// NamedAmong finds the keys and types that are named among the Wanted ones: in full,
// as users.metadata.primaryOrg, or by the key alone where only one of that name
// waits. Any other name is a fault.Invalid, with its near misses.
func NamedAmong(wanted []roster.Key, names []string) ([]catalog.Member, error) {
	var found []catalog.Member
	for _, name := range names {
		named := called(wanted, func(k roster.Key) bool { return k.Member().String() == name })
		for _, among := range [][]roster.Key{unreviewed(wanted), wanted} {
			if len(named) == 0 {
				named = called(among, func(k roster.Key) bool { return k.Name == name })
			}
		}
		switch len(named) {
		case 0:
			return nil, fault.New(fault.Invalid, "nothing that the app could get by a review is called %q%s", likeness.Echo(name), likeness.DidYouMean(name, Names(MembersOf(wanted))))
		case 1:
			found = append(found, named[0].Member())
		default:
			return nil, fault.New(fault.Invalid, "%q may be %s: write it in full", likeness.Echo(name), strings.Join(Names(MembersOf(named)), " or "))
		}
	}
	return found, nil
}

func called(keys []roster.Key, so func(roster.Key) bool) []roster.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k roster.Key) bool { return !so(k) })
}

// TickTypes is the grant with those of the seen that are types ticked, where their
// field is: of a field of identifiers a review says which types are meant.
func TickTypes(grant policy.Grant, seen []catalog.Member) policy.Grant {
	next := grant.Clone()
	for _, m := range seen {
		if granted := next.Entities[m.Entity]; m.Bag != catalog.Metadata && wanted(next, m) {
			granted.Types = append(granted.Types, m.Name)
			next.Entities[m.Entity] = granted.Tidy(m.Entity)
		}
	}
	return next
}

// unwanted refuses a review of what the grant would not show: somebody changed it
// since the person was shown what waits.
func unwanted(app string, grant policy.Grant, seen []catalog.Member) error {
	for _, m := range seen {
		if !wanted(grant, m) {
			return fault.New(fault.Conflict, "the grant of %s was saved meanwhile: not all that was to be reviewed waits for it", app)
		}
	}
	return nil
}

// reviewWaiting reviews what waits for an app, with a new version of its grant where
// that ticks types, and returns what the ledger is told of it.
func (r *Registry) reviewWaiting(tx *gorm.DB, app string, by By, seen []catalog.Member) (before, after stateChange, err error) {
	if len(seen) == 0 {
		return before, after, nil
	}
	saved, err := ReadGrant(tx, app)
	if err == nil {
		err = unwanted(app, saved.Grant, seen)
	}
	if err != nil {
		return before, after, err
	}
	grant := saved.Grant
	if slices.ContainsFunc(seen, func(m catalog.Member) bool { return !Ticks(grant, m) }) {
		before.Version, before.Grant = saved.Version, &saved.Grant
		next, err := r.store(tx, app, saved.Version+1, TickTypes(grant, seen), by)
		if err != nil {
			return before, after, err
		}
		grant = next.Grant
		after.Version, after.Grant = next.Version, &next.Grant
	}
	after.Reviewed, err = r.review(tx, app, grant, seen, by)
	return before, after, err
}

// review stores that an admin was shown keys and types for an app and said that it may
// have them, and returns the names of those of which that is new. Only what the grant
// ticks is reviewed.
func (r *Registry) review(tx *gorm.DB, app string, grant policy.Grant, seen []catalog.Member, by By) ([]string, error) {
	reviewed, err := r.reviewEach(tx, []tick{{app, grant, seen}}, by)
	return reviewed[app], err
}

// tick is what an admin was shown of a grant for an app.
type tick struct {
	app   string
	grant policy.Grant
	seen  []catalog.Member
}

// reviewEach is review for several apps, by which it returns the names. Keys are taken in
// one order, whatever app they are for, so that two savers never wait for each other's rows.
func (r *Registry) reviewEach(tx *gorm.DB, ticks []tick, by By) (map[string][]string, error) {
	var all []roster.Review
	for _, t := range ticks {
		for _, m := range t.seen {
			if Ticks(t.grant, m) {
				all = append(all, roster.Review{App: t.app, Entity: m.Entity, Bag: m.Bag, Name: m.Name, ReviewedAt: r.now(), Actor: by.Actor})
			}
		}
	}
	member := func(one roster.Review) catalog.Member {
		return catalog.Member{Entity: one.Entity, Bag: one.Bag, Name: one.Name}
	}
	slices.SortStableFunc(all, func(a, b roster.Review) int { return member(a).Compare(member(b)) })
	reviewed := map[string][]catalog.Member{}
	for _, one := range all {
		fresh, err := one.Store(tx)
		if err != nil {
			return nil, err
		}
		if fresh {
			reviewed[one.App] = append(reviewed[one.App], member(one))
		}
	}
	names := map[string][]string{}
	for app, members := range reviewed {
		names[app] = Names(members)
	}
	return names, nil
}
