// Package questions looks at what people ask of the ledger before it is asked: a question about
// what there never was would be answered with nothing, as if nothing had left.
package questions

import (
	"context"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/database"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/roster"
)

// mostDeleted is how many deleted apps a question about an unknown one is compared with.
const mostDeleted = 100

// House is what knows what there is, and what there was. All of it is required.
type House struct {
	Apps   *apps.Registry
	Ledger *audit.Ledger
	Store  *database.Database
}

// Check refuses a question about an app or a field that there never was: its answer,
// nothing, would read as if nothing had left.
func (h House) Check(ctx context.Context, q audit.Question) error {
	if q.App != "" {
		if err := h.App(ctx, q.App); err != nil {
			return err
		}
	}
	if q.Field != "" {
		return h.Field(ctx, q.Field)
	}
	return nil
}

// App refuses an app that is not registered and that the ledger does not know.
func (h House) App(ctx context.Context, id string) error {
	registered, err := h.Apps.List(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, app := range registered {
		known = append(known, app.ID)
	}
	if slices.Contains(known, id) {
		return nil
	}
	for _, kind := range []audit.Kind{audit.KindChange, audit.KindDisclosure, audit.KindRefusal} {
		found, err := h.Ledger.Latest(ctx, kind, audit.Question{App: id}, 1)
		if err != nil || len(found) > 0 {
			return err
		}
	}
	deleted, err := h.Ledger.Latest(ctx, audit.KindChange, audit.Question{Action: "app.delete"}, mostDeleted)
	if err != nil {
		return err
	}
	for _, e := range deleted {
		known = append(known, e.App)
	}
	return fault.New(fault.NotFound, "no app is called %q, and the ledger knows none%s", id, likeness.DidYouMean(id, known))
}

// Field refuses a field that is neither in the catalog nor a key or type that an
// import brought or that the ledger knows.
func (h House) Field(ctx context.Context, name string) error {
	m := catalog.ParseMember(name)
	if entity, known := catalog.Find(m.Entity); known && m.Bag == "" {
		if _, is := entity.Field(m.Name); is {
			return nil
		}
	}
	keys, err := roster.Keys(h.Store.Read.WithContext(ctx))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(keys, func(k roster.Key) bool { return k.Member() == m }) {
		return nil
	}
	found, err := h.Ledger.Latest(ctx, audit.KindDisclosure, audit.Question{Field: name}, 1)
	switch {
	case err != nil && !fault.Is(err, fault.Invalid):
		return err
	case len(found) > 0:
		return nil
	}
	return UnknownName(name, keys)
}

// UnknownName is the error, a fault.NotFound, of a name that stands for nothing that can be shared.
func UnknownName(name string, keys []roster.Key) error {
	var known []string
	for _, s := range apps.Shareables(keys) {
		known = append(known, s.Name)
	}
	return NothingCalled(name, known)
}

// NothingCalled is the error, a fault.NotFound, of a name that none of the known is.
func NothingCalled(name string, known []string) error {
	return fault.New(fault.NotFound, "nothing is called %q%s (rostergate fields lists every name)", name, likeness.DidYouMean(name, known))
}
