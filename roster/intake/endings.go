package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rostergate/rostergate/roster/spool"
	"github.com/rostergate/rostergate/roster/writer"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/roster/bundle"
	"gorm.io/gorm"
)

// ErrNothingStored is in the errors of imports that say what to do about them.
var ErrNothingStored = errors.New("nothing was stored")

// advised adds to the error of an import that failed on this machine or in its
// database that nothing was stored, and what to do. A fault says that itself.
func (imp *importing) advised(err error) error {
	switch {
	case err == nil || fault.KindOf(err) != "" || errors.Is(err, errUncertain) || errors.Is(err, writer.ErrMeddled):
		return err
	case errors.Is(err, spool.ErrStaging):
		return fmt.Errorf("%w; %w: make room in %s, or name another folder by TMPDIR, and import again", err, ErrNothingStored, os.TempDir())
	case imp.report.Verdict == Stored: // or it would have been
		return fmt.Errorf("%w; %w: see that the database answers, takes writes and has room, and import again", err, ErrNothingStored)
	}
	return err
}

// errRejected ends an import whose report says why.
var errRejected = errors.New("the package is refused")

// spoiled reports a file that cannot be read on.
func (imp *importing) spoiled(file string, line int, err error) error {
	if !bundle.Spoiling(err) {
		return err
	}
	imp.report.Add(bundle.Problem{Severity: bundle.Fatal, File: file, Line: line, Problem: "the file " + err.Error(), Remedy: bundle.Remedy(err)})
	return errRejected
}

// interrupted is an import that was ended from outside before it was stored. It
// unwraps to the error of its context.
type interrupted struct{ cause error }

// Error says what people have to know; how it was noticed is of no use to them.
func (interrupted) Error() string {
	return "the import was interrupted and nothing was stored; run it again"
}

// Unwrap is the cause.
func (i interrupted) Unwrap() error { return i.cause }

// ended tells an import that was ended from outside from one that failed: what
// its statements say of it depends on where it was.
func (imp *importing) ended(ctx context.Context, err error) error {
	cause := ctx.Err()
	if err == nil || cause == nil || errors.Is(err, errUncertain) {
		return err
	}
	return interrupted{cause}
}

var errUncertain = errors.New("the import was interrupted at its end, and the database does not say whether it is stored: run it again")

// settled is what a transaction came to that was ended from outside, or whose commit
// got no answer where all was written. A commit that was on its way may have
// happened: the database says so, once it has let go of the lock that every import
// takes.
func (imp *importing) settled(ctx context.Context, err error, written bool) error {
	if err == nil || ctx.Err() == nil && !written {
		return err
	}
	const answerTime = 30 * time.Second
	late, stop := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer stop()
	var found int64
	asked := imp.importer.DB.Write.WithContext(late).Transaction(func(tx *gorm.DB) error {
		if _, err := imp.lockGeneration(tx); err != nil {
			return err
		}
		return tx.Table("generations").Where("generation = ? AND mark = ?", imp.base.Generation+1, imp.mark).Count(&found).Error
	})
	switch {
	case asked != nil:
		return fmt.Errorf("%w (%w)", errUncertain, asked)
	case found > 0:
		return nil
	}
	return err
}
