package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rostergate/rostergate/apps"
	"github.com/rostergate/rostergate/audit"
	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster"
)

// maxRuns is how many uploads are remembered. What they stored is kept by the
// roster, and that they were refused or held by the ledger.
const maxRuns = 10

// run is an upload on its way through the import, or at its end. Uploads are
// known to this process alone: after a restart nobody remembers them.
type run struct {
	ID, Actor          string
	Started            time.Time
	DryRun, AcceptHold bool
	Running            bool
	File               string         // that is being read
	Percent            int            // of it
	Report             *roster.Report // at the end, unless it failed
	Failed             string         // why there is no report

	folder string // of the package, while it may be needed
}

// held reports whether a person may still accept what the upload changes.
func (u run) held() bool {
	return !u.Running && !u.DryRun && u.folder != "" && u.Report != nil && u.Report.Verdict == roster.Held
}

// runs are the latest uploads. One is imported at a time.
type runs struct {
	mu  sync.Mutex
	all []*run // the newest last
}

// find is the upload as it stands now.
func (r *runs) find(id string) (run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, u := range r.all {
		if u.ID == id {
			return *u, nil
		}
	}
	return run{}, fault.New(fault.NotFound, "This upload is not known any more: Rostergate was started again since, or ten others followed. If it was stored, it is in the list of imports; if it was still running, upload it again.")
}

// latest lists the uploads, the newest first.
func (r *runs) latest() []run {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []run
	for _, u := range slices.Backward(r.all) {
		all = append(all, *u)
	}
	return all
}

// begin adds an upload, if none is being imported. The folder is the run's from
// then on.
func (r *runs) begin(u *run) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(r.all, func(u *run) bool { return u.Running }) {
		return errBusy()
	}
	u.ID, u.Running = uuid.NewString(), true
	r.all = append(r.all, u)
	if len(r.all) > maxRuns {
		if left := r.all[0].folder; left != "" {
			_ = os.RemoveAll(left)
		}
		r.all = slices.Clone(r.all[1:])
	}
	return nil
}

// busy reports whether an upload is being imported.
func (r *runs) busy() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.all, func(u *run) bool { return u.Running })
}

func errBusy() error {
	return fault.New(fault.Conflict, "Another upload is being imported. Try again when it has ended.")
}

// take takes the package of a held upload, for the one that accepts it.
func (r *runs) take(id string) (folder string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, u := range r.all {
		switch {
		case u.ID == id && slices.ContainsFunc(r.all, func(u *run) bool { return u.Running }):
			return "", errBusy()
		case u.ID == id && u.held():
			folder, u.folder = u.folder, ""
			return folder, nil
		}
	}
	return "", fault.New(fault.Conflict, "This upload does not wait for anybody. Upload the package again.")
}

// giveBack returns what take took, or throws it away where the upload is no longer
// remembered.
func (r *runs) giveBack(id, folder string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, u := range r.all {
		if u.ID == id {
			u.folder = folder
			return
		}
	}
	_ = os.RemoveAll(folder)
}

// update changes an upload that others may look at.
func (r *runs) update(u *run, change func(*run)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(u)
}

// start imports an upload beside the requests: it may take longer than a page.
func (r *Rooms) start(ctx context.Context, u *run) error {
	if err := r.uploads.begin(u); err != nil {
		return err
	}
	go r.carryOut(context.WithoutCancel(ctx), u)
	return nil
}

// packageName is the name of an upload's file in its folder.
const packageName = "package.zip"

func (r *Rooms) carryOut(ctx context.Context, u *run) {
	place := filepath.Join(u.folder, packageName)
	var report *roster.Report
	var err error
	func() {
		defer func() {
			if crash := recover(); crash != nil {
				err = fmt.Errorf("the import crashed")
			}
		}()
		report, err = r.Roster.Import(ctx, place, r.importOptions(u))
	}()
	if err == nil {
		hidePlace(report, place)
		err = r.noteRefusal(ctx, u, report)
	}
	if err != nil {
		r.Log.Error("import of an upload ended early", "run", u.ID, "error", err)
	}
	r.uploads.update(u, func(u *run) {
		u.Running, u.Report = false, report
		if err != nil {
			u.Report, u.Failed = nil, importFailure(err)
		}
		if !u.held() {
			_ = os.RemoveAll(u.folder)
			u.folder = ""
		}
	})
}

func (r *Rooms) importOptions(u *run) roster.ImportOptions {
	return roster.ImportOptions{
		DryRun: u.DryRun, AcceptHold: u.AcceptHold,
		Progress: func(file string, done, total int64) error {
			r.uploads.update(u, func(u *run) { u.File, u.Percent = file, int(100*min(done, total)/max(total, 1)) })
			return nil
		},
		Committing: apps.RecordImport(apps.By{Actor: u.Actor}, u.AcceptHold),
	}
}

// noteRefusal puts on record that a package was refused or held.
func (r *Rooms) noteRefusal(ctx context.Context, u *run, report *roster.Report) error {
	if u.DryRun || report.Verdict != roster.Held && report.Verdict != roster.Rejected {
		return nil
	}
	return r.Ledger.Note(ctx, audit.Change{
		Actor: u.Actor, Action: "import." + string(report.Verdict), Subject: "upload",
		After: map[string]any{"files": report.Files, "holds": report.Holds},
	})
}

// hidePlace keeps a folder of this machine out of a report.
func hidePlace(report *roster.Report, place string) {
	hide := strings.NewReplacer(place, "the upload")
	for i, p := range report.Problems {
		report.Problems[i].File, report.Problems[i].Problem = hide.Replace(p.File), hide.Replace(p.Problem)
	}
	for i, c := range report.Causes {
		report.Causes[i].File, report.Causes[i].Problem.Problem = hide.Replace(c.File), hide.Replace(c.Problem.Problem)
	}
}

// importFailure is what people are told of an import that has no report.
func importFailure(err error) string {
	if fault.Is(err, fault.Conflict) {
		return "Another import was stored meanwhile. Upload the package again."
	}
	return "Something went wrong, and nothing was stored. The log says what; try again, and if it happens again tell whoever runs Rostergate."
}
