package intake

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/prints"
)

// repeated is the report of a package that is the one that the roster was made of
// last, and its print; nil and none where it is another. What a person accepted of it is
// accepted. Only a package that looks like that one is read for this.
func (in *Importer) repeated(ctx context.Context, b *bundle.Bundle) (*Report, string, error) {
	part, err := prints.Part(b)
	if err != nil {
		return nil, "", nil // nothing is known of a program that cannot be read
	}
	now, err := revision.Read(in.DB.Read.WithContext(ctx))
	if err != nil {
		return nil, "", err
	}
	if alike, err := in.printed(ctx, now, "print LIKE ?", part+"%", "id"); err != nil || alike == nil {
		return nil, "", err
	}
	print, err := prints.Full(ctx, b)
	if err != nil {
		return nil, "", ctx.Err() // of a package that cannot be read the import has more to say
	}
	last, err := in.printed(ctx, now, "print = ?", print, "*")
	if err != nil || last == nil || last.Report == nil {
		return nil, "", err
	}
	same := last.Report.again(b)
	same.mark, same.linesOf = last.GenerationMark, last.LinesOf
	return same, print, nil
}

// printed is the last attempt with such a print that found or made the roster's state of
// now, nil where there is none. An unchanged roster may have thousands of them.
func (in *Importer) printed(ctx context.Context, now revision.Stamp, such, print, columns string) (*Attempt, error) {
	var found []Attempt
	err := in.DB.Read.WithContext(ctx).Select(columns).Where(such, print).
		Where("generation = ? AND generation_mark = ?", now.Generation, now.Marks.Generation).
		Order("id DESC").Limit(1).Find(&found).Error
	switch {
	case err != nil:
		return nil, fmt.Errorf("look for an import of the same package: %w", err)
	case len(found) == 0:
		return nil, nil
	}
	return &found[0], nil
}

// again is what an import of a package reports that finds everything stored that the import of
// this report stored.
func (r *Report) again(b *bundle.Bundle) *Report {
	same := newReport()
	same.Verdict, same.Generation, same.PasswordsDropped = Unchanged, r.Generation, r.PasswordsDropped
	for _, c := range r.Files {
		c.Unchanged += c.New + c.Changed
		c.New, c.Changed, c.Removed = 0, 0, 0
		if _, has := b.Files[c.Entity+".csv"]; has || c.Rows > 0 {
			same.Files = append(same.Files, c)
		}
	}
	same.Causes, same.Problems = r.Again()
	return same
}

// keepPrint notes of which package the roster is made now: of what the import read,
// if the package still has the files that it began with. A print that is known already
// is of what was read just now.
func (in *Importer) keepPrint(ctx context.Context, a Attempt, b *bundle.Bundle, report *Report, print string) error {
	if report.unsettled || report.Verdict != Stored && report.Verdict != Unchanged || !b.Stands() {
		return nil
	}
	var err error
	if print == "" {
		if print, err = prints.Full(ctx, b); err != nil {
			return err
		}
	}
	brief, stop := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer stop()
	err = a.in(in.DB.Write.WithContext(brief)).Update("print", print).Error
	if err != nil {
		return fmt.Errorf("note the package of import %d: %w", a.ID, err)
	}
	return nil
}

// forgetPrints forgets which packages found or made the roster's state of now.
func forgetPrints(tx *gorm.DB, now revision.Stamp) error {
	err := tx.Model(&Attempt{}).Where("print <> '' AND generation = ? AND generation_mark = ?", now.Generation, now.Marks.Generation).Update("print", "").Error
	if err != nil {
		return fmt.Errorf("forget the packages that were imported: %w", err)
	}
	return nil
}
