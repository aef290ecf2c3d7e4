package intake

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/lines"
)

// storeLines stores all lines of a report that leaves some out, and says which attempt has
// them: 0 for none.
func storeLines(tx *gorm.DB, a Attempt, report *Report) (of int64, err error) {
	if report.linesOf != 0 || report.LeftOut() == 0 {
		return report.linesOf, nil
	}
	packed, err := report.Packed()
	if err == nil {
		err = lines.Store(tx, a.ID, packed)
	}
	if err != nil {
		return 0, fmt.Errorf("store the lines of import %d: %w", a.ID, err)
	}
	return a.ID, nil
}

// EachProblem calls each for every problem of an attempt's report, the gravest first, line
// by line: also those that the report leaves out. It reports how many it could not tell:
// of old attempts only the first of each cause are kept.
func (in *Importer) EachProblem(ctx context.Context, a Attempt, report *Report, each func(bundle.Problem) error) (missing int, err error) {
	told := 0
	for _, severity := range []bundle.Severity{bundle.Fatal, bundle.Refused, bundle.Warning} {
		if a.LinesOf == 0 || !report.Has(severity) {
			continue
		}
		err := bundle.Unpack(lines.Of(ctx, in.DB, a.LinesOf), report.Causes, func(p bundle.Problem) error {
			if p.Severity != severity {
				return nil
			}
			told++
			return each(p)
		})
		if err != nil {
			return 0, fmt.Errorf("read the lines of import %d: %w", a.ID, err)
		}
	}
	if told > 0 {
		return 0, nil
	}
	for _, p := range report.Problems {
		if err := each(p); err != nil {
			return 0, err
		}
	}
	return report.LeftOut(), nil
}
