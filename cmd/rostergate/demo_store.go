package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/cmd/rostergate/stores"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/handout"
	"github.com/rostergate/rostergate/sample"
	"github.com/rostergate/rostergate/settings"
)

// demoHouse is a house that the demo made.
type demoHouse struct {
	*house
	mark apps.Demo
	path string           // of the file that keeps the credentials
	kept *handout.Handout // what is in it, nil where it is not there yet
}

// openDemo opens a store that the demo made, or an empty one, which it marks as its own.
// Any other is refused before anything in it is changed: it would get apps that nobody
// decided on.
func openDemo(ctx context.Context, s settings.Settings, d sample.District) (*demoHouse, error) {
	demo := &demoHouse{house: &house{way: stores.Way{Makes: true}}, path: filepath.Join(s.Data, demoFile)}
	known := false
	demo.look = func(ctx context.Context) (err error) {
		if demo.mark, known, err = demo.findMark(ctx); err != nil {
			return err
		}
		return demo.readKept()
	}
	if err := demo.open(ctx, s); err != nil {
		return nil, err
	}
	if !known {
		demo.mark = apps.Demo{ID: uuid.NewString(), Students: d.Students, Seed: d.Seed}
		if err := demo.apps.MarkDemo(ctx, demo.mark); err != nil {
			demo.close()
			return nil, err
		}
	}
	return demo, nil
}

// findMark reads the store's mark. A store without one must be empty.
func (demo *demoHouse) findMark(ctx context.Context) (apps.Demo, bool, error) {
	if err := demo.CheckSchemas(ctx); err != nil {
		return apps.Demo{}, false, err
	}
	tables, err := demo.Store.Read.WithContext(ctx).Migrator().GetTables()
	if err != nil {
		return apps.Demo{}, false, fmt.Errorf("look at the store: %w", err)
	}
	if slices.Contains(tables, "settings") {
		mark, known, err := apps.FindDemo(demo.Store.Read.WithContext(ctx))
		if known || err != nil {
			return mark, known, err
		}
	}
	empty, err := demo.Empty(ctx)
	if err == nil && !empty {
		err = fault.New(fault.Conflict, "the demo did not make this store, and opens no other: name an empty folder with --data (and an empty database, if any), or serve this store with rostergate serve")
	}
	return apps.Demo{}, false, err
}

// readKept reads the credentials that the folder keeps, which must be this store's.
func (demo *demoHouse) readKept() error {
	content, err := os.ReadFile(demo.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && demo.mark.Made:
		return fault.New(fault.NotFound, "the credentials of this demo are not in %s, where it kept them: name its own folder with --data, or an empty one (and an empty database, if any) to start anew", demo.path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("read %s: %w", demo.path, err)
	}
	demo.kept = &handout.Handout{}
	if json.Unmarshal(content, demo.kept) != nil {
		return fault.New(fault.Invalid, "%s is damaged; name an empty folder with --data to start anew", demo.path)
	}
	if demo.kept.Demo != demo.mark.ID || demo.mark.ID == "" {
		return fault.New(fault.Conflict, "%s has the credentials of another demo: name the folder of this one with --data, or an empty one to start anew", demo.path)
	}
	return nil
}
