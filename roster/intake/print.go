package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/rostergate/rostergate/revision"
	"github.com/rostergate/rostergate/roster/bundle"
)

// A print is the same for two packages exactly where this program would do the same
// with both: it covers the files, byte by byte, and the program. Its parts, each with a
// hyphen behind it but the last, are what is known of a package before it is read
// (the program, and the names and sizes of the files; then their CRC-32), and the hash
// of its bytes. So most packages are told to differ without a reading.
func printOf(outline, checksums, contents string) string {
	return strings.Join([]string{outline, checksums, contents}, "-")
}

// outline is the first part of a package's print.
func outline(b *bundle.Bundle) (string, error) {
	judge, err := program()
	if err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	sum := sha256.Sum256([]byte(judge + "\n" + b.Outline()))
	return hex.EncodeToString(sum[:16]), nil
}

// fullPrint is the print of a package. What was not read of it yet is read.
func fullPrint(ctx context.Context, b *bundle.Bundle) (string, error) {
	first, err := outline(b)
	if err != nil {
		return "", err
	}
	contents, checksums, err := b.Contents(ctx)
	if err != nil {
		return "", err
	}
	return printOf(first, checksums, contents), nil
}

// knownPart is as much of a package's print as can be told without reading it.
func knownPart(b *bundle.Bundle) (string, error) {
	first, err := outline(b)
	if err != nil {
		return "", err
	}
	if checksums, told := b.Checksums(); told {
		return printOf(first, checksums, ""), nil
	}
	return first + "-", nil
}

// program is a digest of this program: another one may judge otherwise.
var program = sync.OnceValues(func() (string, error) {
	place, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(place)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
})

// repeated is the report of a package that is the one that the roster was made of
// last, and its print; nil and none where it is another. What a person accepted of it is
// accepted. Only a package that looks like that one is read for this.
func (in *Importer) repeated(ctx context.Context, b *bundle.Bundle) (*Report, string, error) {
	part, err := knownPart(b)
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
	print, err := fullPrint(ctx, b)
	if err != nil {
		return nil, "", ctx.Err() // of a package that cannot be read the import has more to say
	}
	last, err := in.printed(ctx, now, "print = ?", print, "*")
	if err != nil || last == nil || last.Report == nil {
		return nil, "", err
	}
	same := last.Report.again()
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

// keepPrint notes of which package the roster is made now: of what the import read,
// if the package still has the files that it began with. A print that is known already
// is of what was read just now.
func (in *Importer) keepPrint(ctx context.Context, a Attempt, b *bundle.Bundle, report *Report, print string) error {
	if report.Verdict != Stored && report.Verdict != Unchanged || !b.Stands() {
		return nil
	}
	var err error
	if print == "" {
		if print, err = fullPrint(ctx, b); err != nil {
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
