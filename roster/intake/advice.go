package intake

import (
	"errors"
	"fmt"
	"os"

	"github.com/rostergate/rostergate/fault"
)

// errStaging begins what is said of an import that could not be written beside the
// database.
var errStaging = errors.New("stage the import")

// ErrNothingStored is in the errors of imports that say what to do about them.
var ErrNothingStored = errors.New("nothing was stored")

// advised adds to the error of an import that failed on this machine or in its
// database that nothing was stored, and what to do. A fault says that itself.
func (imp *importing) advised(err error) error {
	switch {
	case err == nil || fault.KindOf(err) != "" || errors.Is(err, errUncertain) || errors.Is(err, errMeddled):
		return err
	case errors.Is(err, errStaging):
		return fmt.Errorf("%w; %w: make room in %s, or name another folder by TMPDIR, and import again", err, ErrNothingStored, os.TempDir())
	case imp.report.Verdict == Stored: // or it would have been
		return fmt.Errorf("%w; %w: see that the database answers, takes writes and has room, and import again", err, ErrNothingStored)
	}
	return err
}
