package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"slices"
	"sync"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/bundle"
)

// fingerprint is the same for two packages exactly where this program would do
// the same with both: it covers the files, byte by byte, and the program. It is
// empty for what is no package or cannot be read, about which Import has more to
// say.
func fingerprint(ctx context.Context, place string) string {
	b, err := bundle.Open(place)
	if err != nil {
		return ""
	}
	defer func() { _ = b.Close() }()
	judge, err := program()
	if err != nil {
		return ""
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n", judge)
	for _, name := range slices.Sorted(maps.Keys(b.Files)) {
		fmt.Fprintf(sum, "%q ", name)
		if err := digestFile(ctx, sum, b.Files[name]); err != nil {
			return ""
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func digestFile(ctx context.Context, to hash.Hash, open func() (io.ReadCloser, error)) error {
	file, err := open()
	if err != nil {
		return err
	}
	own := sha256.New()
	_, err = io.Copy(own, interruptible{ctx, file})
	fmt.Fprintf(to, "%x\n", own.Sum(nil))
	return errors.Join(err, file.Close())
}

// interruptible reads until its context ends.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

// Read reads, unless the context has ended.
func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.from.Read(p)
}

// program is a digest of this program: another one may judge otherwise.
var program = sync.OnceValues(func() (string, error) {
	place, err := os.Executable()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	err = digestFile(context.Background(), sum, func() (io.ReadCloser, error) { return os.Open(place) })
	return hex.EncodeToString(sum.Sum(nil)), err
})

// repeated is the report of a package that is the one that the roster was made of
// last, nil where it is another, or where a person has to look at it.
func (in *Importer) repeated(ctx context.Context, print string) (*Report, error) {
	if print == "" {
		return nil, nil
	}
	now, err := revision.Read(in.DB.Read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	var last Attempt
	err = in.DB.Read.WithContext(ctx).Where("print = ? AND generation = ? AND generation_mark = ?", print, now.Generation, now.Marks.Generation).Order("id DESC").Limit(1).Take(&last).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look for an import of the same package: %w", err)
	case last.Report == nil || len(last.Report.Holds) > 0:
		return nil, nil
	}
	same := last.Report.again()
	same.mark = last.GenerationMark
	return same, nil
}

// again is what an import reports that finds everything stored that the import of
// this report stored.
func (r *Report) again() *Report {
	same := newReport()
	same.Verdict, same.Generation, same.PasswordsDropped = Unchanged, r.Generation, r.PasswordsDropped
	for _, c := range r.Files {
		c.Unchanged += c.New + c.Changed
		c.New, c.Changed, c.Removed = 0, 0, 0
		same.Files = append(same.Files, c)
	}
	same.Causes = append(same.Causes, r.Causes...)
	same.Problems = append(same.Problems, r.Problems...)
	return same
}

// keepPrint notes of which package the roster is made now, if it is still the one
// that the import began with.
func (in *Importer) keepPrint(ctx context.Context, a Attempt, place, print string) error {
	if print == "" || fingerprint(ctx, place) != print {
		return nil
	}
	brief, stop := context.WithTimeout(ctx, lastWords)
	defer stop()
	err := a.in(in.DB.Write.WithContext(brief)).Update("print", print).Error
	if err != nil {
		return fmt.Errorf("note the package of import %d: %w", a.ID, err)
	}
	return nil
}
