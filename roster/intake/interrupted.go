package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

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
func (imp *importing) ended(err error) error {
	cause := imp.ctx.Err()
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
func (imp *importing) settled(err error, written bool) error {
	if err == nil || imp.ctx.Err() == nil && !written {
		return err
	}
	const patience = 30 * time.Second
	ctx, stop := context.WithTimeout(context.WithoutCancel(imp.ctx), patience)
	defer stop()
	var found int64
	asked := imp.importer.DB.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
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
