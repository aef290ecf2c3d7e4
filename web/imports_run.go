package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/intake"
)

const (
	packageName = "package"          // an upload's zip or folder in its own folder
	heldTime    = 7 * 24 * time.Hour // for which a held package waits
	strayTime   = 24 * time.Hour     // after which a folder that belongs to no attempt is thrown away
)

// carried are the attempts that this process is carrying out.
type carried struct {
	mu  sync.Mutex
	ids map[int64]bool
}

func (c *carried) set(id int64, on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = map[int64]bool{}
	}
	if c.ids[id] = true; !on {
		delete(c.ids, id)
	}
}

func (c *carried) has(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ids[id]
}

// underWay reports whether an attempt is still being carried out: here, to the
// very end, or elsewhere.
func (r *Rooms) underWay(a intake.Attempt) bool {
	return r.carried.has(a.ID) || a.State == intake.Running && !a.Lost(r.Clock())
}

// newFolder makes a folder for an upload, and is its name.
func (r *Rooms) newFolder() (string, error) {
	if err := os.MkdirAll(r.Uploads, 0o700); err != nil {
		return "", fmt.Errorf("make the folder for uploads: %w", err)
	}
	place, err := os.MkdirTemp(r.Uploads, "upload-")
	if err != nil {
		return "", fmt.Errorf("make a folder for an upload: %w", err)
	}
	return filepath.Base(place), nil
}

// place is where a package is kept.
func (r *Rooms) place(folder string) string { return filepath.Join(r.Uploads, folder, packageName) }

// throwAway removes a package, if there is one.
func (r *Rooms) throwAway(folder string) {
	if folder == "" {
		return
	}
	if err := os.RemoveAll(filepath.Join(r.Uploads, folder)); err != nil {
		r.Log.Error("an upload is not removed", "folder", folder, "error", err)
	}
}

// start imports an upload beside the requests: it may take longer than a page.
// The package is the attempt's from then on.
func (r *Rooms) start(ctx context.Context, a intake.Attempt) (intake.Attempt, error) {
	a.Origin = intake.Upload
	a, err := r.Intake.Begin(ctx, a)
	if err != nil {
		return a, err
	}
	r.carried.set(a.ID, true)
	go r.carryOut(context.WithoutCancel(ctx), a)
	return a, nil
}

// carryOut is the whole life of an import beside the requests. A panic ends it, and
// nothing else of the server.
func (r *Rooms) carryOut(ctx context.Context, a intake.Attempt) {
	defer r.carried.set(a.ID, false)
	defer func() {
		if crash := recover(); crash != nil {
			r.Log.Error("import of an upload crashed", "import", a.ID, "panic", r.Panics.Caught(crash))
		}
	}()
	report, err := r.carry(ctx, a)
	if err == nil {
		if change, note := apps.NotStored(apps.By{Actor: a.Actor}, a.DryRun, report); note {
			err = r.Ledger.Note(ctx, change)
		}
	}
	if err != nil {
		r.Log.Error("import of an upload ended early", "import", a.ID, "error", err)
	}
	if report == nil || report.Verdict != intake.Held || a.DryRun {
		r.throwAway(a.Package)
	}
}

// carry imports, and takes a crash for an error.
func (r *Rooms) carry(ctx context.Context, a intake.Attempt) (report *intake.Report, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			caught := r.Panics.Caught(crash)
			r.Log.Error("import of an upload crashed", "import", a.ID, "panic", caught)
			report, err = nil, errors.Join(caught, r.Intake.Fail(ctx, a))
		}
	}()
	return r.Intake.Carry(ctx, a, r.place(a.Package), intake.Options{
		Committing: apps.RecordImport(apps.By{Actor: a.Actor}, a.AcceptHold),
	})
}

// sweep ends the waiting of packages that nobody decided over for long, and
// removes folders that belong to no attempt any more.
func (r *Rooms) sweep(ctx context.Context) error {
	waiting, err := r.Intake.Waiting(ctx)
	if err != nil {
		return err
	}
	var kept []string
	for _, a := range waiting {
		ended, unknown := time.Parse(timeLayout, a.EndedAt)
		switch {
		case a.Waits() && unknown == nil && r.Clock().Sub(ended) > heldTime:
			if _, err := r.Intake.Take(ctx, a.ID, intake.Expired); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
		case a.Waits() || r.underWay(a):
			kept = append(kept, a.Package)
		}
	}
	folders, err := os.ReadDir(r.Uploads)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look through the uploads: %w", err)
	}
	for _, folder := range folders {
		if info, err := folder.Info(); err == nil && !slices.Contains(kept, folder.Name()) && time.Since(info.ModTime()) > strayTime {
			r.throwAway(folder.Name())
		}
	}
	return nil
}

// touch makes the package of an attempt new, so that no sweep takes it for a stray
// between the attempt that waited and the one that takes it.
func (r *Rooms) touch(a intake.Attempt) error {
	now := time.Now()
	err := os.Chtimes(filepath.Join(r.Uploads, a.Package), now, now)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // one that is gone is decided over by now
		return fmt.Errorf("keep the package of import %d: %w", a.ID, err)
	}
	return nil
}

// here reports whether the package of an attempt is where this server finds it.
func (r *Rooms) here(a intake.Attempt) bool {
	_, err := os.Stat(r.place(a.Package))
	return a.Waits() && err == nil
}
