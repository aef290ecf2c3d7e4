package intake

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/roster/bundle"
	"github.com/rostergate/rostergate/roster/spool"
)

// importLines is a chunk of all lines of what is wrong with a package.
type importLines struct {
	ImportID int64
	Chunk    int64
	Data     []byte
}

// TableName is the table of the lines.
func (importLines) TableName() string { return "import_lines" }

const (
	chunkSize = 256 << 10 // bytes
	keptLines = 100       // attempts, the newest, of which all lines are kept
)

// storeLines stores all lines of a report that leaves some out, and says which attempt has
// them: 0 for none.
func storeLines(tx *gorm.DB, a Attempt, report *Report) (of int64, err error) {
	if report.linesOf != 0 || report.LeftOut() == 0 {
		return report.linesOf, nil
	}
	packed, err := report.Packed()
	if err == nil {
		err = tx.Where("import_id = ?", a.ID).Delete(&importLines{}).Error
	}
	for chunk := int64(0); err == nil; chunk++ {
		data := make([]byte, chunkSize)
		n, ended := io.ReadFull(packed, data)
		if n > 0 {
			err = tx.Create(&importLines{a.ID, chunk, deflate(data[:n])}).Error
		}
		if ended != nil {
			if !errors.Is(ended, io.EOF) && !errors.Is(ended, io.ErrUnexpectedEOF) {
				err = ended
			}
			break
		}
	}
	if err == nil {
		kept := tx.Model(&Attempt{}).Select("lines_of").Where("id > ?", a.ID-keptLines)
		err = tx.Where("import_id < ? AND import_id NOT IN (?)", a.ID, kept).Delete(&importLines{}).Error
	}
	if err != nil {
		return 0, fmt.Errorf("store the lines of import %d: %w", a.ID, err)
	}
	return a.ID, nil
}

// deflate compresses a chunk.
func deflate(data []byte) []byte {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestSpeed) // which is a level; and a Buffer takes everything
	_, _ = w.Write(data)
	_ = w.Close()
	return packed.Bytes()
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
		err := bundle.Unpack(spool.Chunks(in.chunksOf(ctx, a.LinesOf)), report.Causes, func(p bundle.Problem) error {
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

// chunksOf gives the chunks of an attempt's lines one after the other, and none behind
// the last.
func (in *Importer) chunksOf(ctx context.Context, id int64) func() ([]byte, error) {
	chunk := int64(-1)
	return func() ([]byte, error) {
		chunk++
		var found []importLines
		err := in.DB.Read.WithContext(ctx).Where("import_id = ? AND chunk = ?", id, chunk).Find(&found).Error
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return io.ReadAll(flate.NewReader(bytes.NewReader(found[0].Data)))
	}
}
