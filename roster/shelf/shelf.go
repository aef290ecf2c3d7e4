package shelf

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

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/intake"
	"gorm.io/gorm"
)

// WaitTime is for how long a held package waits for a person.
const WaitTime = 7 * 24 * time.Hour

const (
	shelvedName = "package"        // a zip or a folder in a folder of its own
	strayTime   = 24 * time.Hour   // after which a folder that belongs to no attempt is thrown away
	closeTime   = 20 * time.Second // for which Close waits
	lastWords   = time.Minute      // in which it is put on record that an attempt came to nothing
)

// Shelf keeps packages in a folder while they are imported beside requests, and held
// ones until somebody decides. Servers that share the folder can accept one another's.
// It is safe for concurrent use. Who opens one closes it.
type Shelf struct {
	Importer *intake.Importer
	Folder   string // made when it is needed

	// Committing, where set, is intake.Options.Committing of an attempt.
	Committing func(a intake.Attempt) func(tx *gorm.DB, report *intake.Report) error

	// Ended, where set, is told of a report that was not stored.
	Ended func(ctx context.Context, a intake.Attempt, report *intake.Report) error

	// Trouble, where set, is told of what happens beside the requests.
	Trouble func(what string, a intake.Attempt, err error)

	mu      sync.Mutex
	closed  bool
	carried map[int64]context.CancelFunc // attempts that this process carries out
	under   sync.WaitGroup
}

// NewFolder makes a folder for a package, and is its name.
func (s *Shelf) NewFolder() (string, error) {
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return "", fmt.Errorf("make the folder for uploads: %w", err)
	}
	place, err := os.MkdirTemp(s.Folder, "upload-")
	if err != nil {
		return "", fmt.Errorf("make a folder for an upload: %w", err)
	}
	return filepath.Base(place), nil
}

// Place is where the package of a folder is kept.
func (s *Shelf) Place(folder string) string { return filepath.Join(s.Folder, folder, shelvedName) }

// ThrowAway removes a package, if there is one.
func (s *Shelf) ThrowAway(folder string) {
	if folder == "" {
		return
	}
	if err := os.RemoveAll(filepath.Join(s.Folder, folder)); err != nil {
		s.trouble("an upload is not removed", intake.Attempt{Package: folder}, err)
	}
}

// Here reports whether the package of an attempt that waits is where this server
// finds it.
func (s *Shelf) Here(a intake.Attempt) bool {
	_, err := os.Stat(s.Place(a.Package))
	return a.Waits() && err == nil
}

// Touch makes the package of an attempt new, so that no sweep takes it for a stray
// between the attempt that waited and the one that takes it.
func (s *Shelf) Touch(a intake.Attempt) error {
	now := time.Now()
	err := os.Chtimes(filepath.Join(s.Folder, a.Package), now, now)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // one that is gone is decided over by now
		return fmt.Errorf("keep the package of import %d: %w", a.ID, err)
	}
	return nil
}

// Start imports a package beside the requests: it may take longer than a page. The
// package is the attempt's from then on. Where another one runs, or the shelf is
// closed, that is a fault.Conflict or a fault.Unavailable.
func (s *Shelf) Start(ctx context.Context, a intake.Attempt) (intake.Attempt, error) {
	a.Origin = intake.Upload
	a, err := s.Importer.Begin(ctx, a)
	if err != nil {
		return a, err
	}
	if !s.take(context.WithoutCancel(ctx), a) {
		err := fault.New(fault.Unavailable, "The server is being stopped. Try again when it is back.")
		return a, errors.Join(err, s.fail(ctx, a))
	}
	return a, nil
}

// take carries an attempt out from here on, unless the shelf is closed.
func (s *Shelf) take(ctx context.Context, a intake.Attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.carried == nil {
		s.carried = map[int64]context.CancelFunc{}
	}
	own, cancel := context.WithCancel(ctx)
	s.carried[a.ID] = cancel
	s.under.Go(func() { s.carryOut(own, a) })
	return true
}

// fail puts on record, whoever left meanwhile, that an attempt came to nothing.
func (s *Shelf) fail(ctx context.Context, a intake.Attempt) error {
	brief, stop := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer stop()
	return s.Importer.Fail(brief, a)
}

// carryOut is the whole life of an import beside the requests. A panic ends it, and
// nothing else of the server.
func (s *Shelf) carryOut(ctx context.Context, a intake.Attempt) {
	defer s.release(a)
	waits := false
	defer func() {
		if !waits {
			s.ThrowAway(a.Package)
		}
	}()
	defer func() {
		if crash := recover(); crash != nil {
			s.trouble("import of an upload crashed", a, s.Importer.Panics.Caught(crash))
		}
	}()
	report, err := s.carry(ctx, a)
	waits = report != nil && report.Verdict == intake.Held && !a.DryRun
	if err == nil && report.Verdict != intake.Stored && s.Ended != nil {
		err = s.Ended(context.WithoutCancel(ctx), a, report)
	}
	if err != nil {
		s.trouble("import of an upload ended early", a, err)
	}
}

// carry imports, and takes a crash for an error.
func (s *Shelf) carry(ctx context.Context, a intake.Attempt) (report *intake.Report, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			caught := s.Importer.Panics.Caught(crash)
			s.trouble("import of an upload crashed", a, caught)
			report, err = nil, errors.Join(caught, s.fail(ctx, a))
		}
	}()
	var o intake.Options
	if s.Committing != nil {
		o.Committing = s.Committing(a)
	}
	return s.Importer.Carry(ctx, a, s.Place(a.Package), o)
}

func (s *Shelf) release(a intake.Attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carried[a.ID]()
	delete(s.carried, a.ID)
}

// UnderWay reports whether an attempt is still being carried out: here, to the very
// end, or elsewhere.
func (s *Shelf) UnderWay(a intake.Attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, here := s.carried[a.ID]
	return here || a.State == intake.Running && !a.Lost(s.Importer.Clock())
}

// Sweep ends the waiting of packages that nobody decided over for a week, and removes
// folders that belong to no attempt any more.
func (s *Shelf) Sweep(ctx context.Context) error {
	waiting, err := s.Importer.Waiting(ctx)
	if err != nil {
		return err
	}
	var belong []string
	for _, a := range waiting {
		ended, unknown := a.EndedAt.Time()
		switch {
		case a.Waits() && unknown == nil && s.Importer.Clock().Sub(ended) > WaitTime:
			if _, err := s.Importer.Take(ctx, a.ID, intake.Expired); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
		case a.Waits() || s.UnderWay(a):
			belong = append(belong, a.Package)
		}
	}
	folders, err := os.ReadDir(s.Folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look through the uploads: %w", err)
	}
	for _, folder := range folders {
		if info, err := folder.Info(); err == nil && !slices.Contains(belong, folder.Name()) && time.Since(info.ModTime()) > strayTime {
			s.ThrowAway(folder.Name())
		}
	}
	return nil
}

// Close interrupts the imports that run, which store nothing, and waits until each is
// on record as ended. A commit that is on its way is waited for.
func (s *Shelf) Close() {
	s.mu.Lock()
	s.closed = true
	for _, cancel := range s.carried {
		cancel()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.under.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(closeTime):
		s.trouble("an import did not end", intake.Attempt{}, errors.New("the server stops without waiting longer"))
	}
}

func (s *Shelf) trouble(what string, a intake.Attempt, err error) {
	if s.Trouble != nil {
		s.Trouble(what, a, err)
	}
}
