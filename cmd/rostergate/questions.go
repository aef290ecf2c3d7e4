package main

import (
	"context"
	"slices"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/likeness"
	"github.com/rostergate/rostergate/roster"
)

// mostDeleted is how many deleted apps a question about an unknown one is compared with.
const mostDeleted = 100

// askable refuses a question about an app or a field that there never was: its answer,
// nothing, would read as if nothing had left.
func (h *house) askable(ctx context.Context, q audit.Question) error {
	if q.App != "" {
		if err := h.everHadApp(ctx, q.App); err != nil {
			return err
		}
	}
	if q.Field != "" {
		return h.everHadField(ctx, q.Field)
	}
	return nil
}

// everHadApp refuses an app that is not registered and that the ledger does not know.
func (h *house) everHadApp(ctx context.Context, id string) error {
	registered, err := h.apps.List(ctx)
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
		found, err := h.ledger.Latest(ctx, kind, audit.Question{App: id}, 1)
		if err != nil || len(found) > 0 {
			return err
		}
	}
	deleted, err := h.ledger.Latest(ctx, audit.KindChange, audit.Question{Action: "app.delete"}, mostDeleted)
	if err != nil {
		return err
	}
	for _, e := range deleted {
		known = append(known, e.App)
	}
	return fault.New(fault.NotFound, "no app is called %q, and the ledger knows none%s", id, likeness.DidYouMean(id, known))
}

// everHadField refuses a field that is neither in the catalog nor a key or type that an
// import brought or that the ledger knows.
func (h *house) everHadField(ctx context.Context, name string) error {
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
	found, err := h.ledger.Latest(ctx, audit.KindDisclosure, audit.Question{Field: name}, 1)
	switch {
	case err != nil && !fault.Is(err, fault.Invalid):
		return err
	case len(found) > 0:
		return nil
	}
	return unknownName(name, keys)
}

// unknownName is the error of a name that stands for nothing that can be shared.
func unknownName(name string, keys []roster.Key) error {
	var known []string
	for _, s := range apps.Shareables(keys) {
		known = append(known, s.Name)
	}
	return nothingCalled(name, known)
}

func nothingCalled(name string, known []string) error {
	return fault.New(fault.NotFound, "nothing is called %q%s (rostergate fields lists every name)", name, likeness.DidYouMean(name, known))
}
