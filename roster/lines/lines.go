package lines

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"io"

	"gorm.io/gorm"

	"github.com/rostergate/rostergate/database"
)

// chunk is a part of the lines of an attempt.
type chunk struct {
	ImportID int64
	Chunk    int64
	Data     []byte // deflated
}

// TableName is the table of the lines.
func (chunk) TableName() string { return "import_lines" }

const (
	chunkSize = 256 << 10 // bytes
	keptLines = 100       // attempts, the newest, of which all lines are kept
)

// Store keeps the lines of an attempt, in whatever form, and forgets those of old ones.
func Store(tx *gorm.DB, attempt int64, packed io.Reader) error {
	err := tx.Where("import_id = ?", attempt).Delete(&chunk{}).Error
	for n := int64(0); err == nil; n++ {
		data := make([]byte, chunkSize)
		full, ended := io.ReadFull(packed, data)
		if full > 0 {
			err = tx.Create(&chunk{attempt, n, deflate(data[:full])}).Error
		}
		if ended != nil {
			if !errors.Is(ended, io.EOF) && !errors.Is(ended, io.ErrUnexpectedEOF) {
				err = ended
			}
			break
		}
	}
	if err != nil {
		return err
	}
	kept := tx.Table("imports").Select("lines_of").Where("id > ?", attempt-keptLines)
	return tx.Where("import_id < ? AND import_id NOT IN (?)", attempt, kept).Delete(&chunk{}).Error
}

// deflate compresses a chunk.
func deflate(data []byte) []byte {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestSpeed) // which is a level; and a Buffer takes everything
	_, _ = w.Write(data)
	_ = w.Close()
	return packed.Bytes()
}

// Of are the lines of an attempt, as Store got them; nothing where none are kept.
func Of(ctx context.Context, db *database.Database, attempt int64) io.Reader {
	n := int64(-1)
	return &chunks{next: func() ([]byte, error) {
		n++
		var found []chunk
		err := db.Read.WithContext(ctx).Where("import_id = ? AND chunk = ?", attempt, n).Find(&found).Error
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return io.ReadAll(flate.NewReader(bytes.NewReader(found[0].Data)))
	}}
}

// chunks reads chunks as one: what next gives, and nothing at the end.
type chunks struct {
	next func() ([]byte, error)
	data []byte
}

// Read reads on in the chunk at hand, or in the next.
func (c *chunks) Read(into []byte) (int, error) {
	if len(c.data) == 0 {
		var err error
		if c.data, err = c.next(); err != nil {
			return 0, err
		}
		if len(c.data) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(into, c.data)
	c.data = c.data[n:]
	return n, nil
}
