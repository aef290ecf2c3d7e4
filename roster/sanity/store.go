package sanity

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"gorm.io/gorm"

	"github.com/rostergate/rostergate/roster/codec"
)

// Kept is of how many imports counts are kept.
const Kept = 30

// countRow is a count of one import. Which records they are is kept of the last one alone.
type countRow struct {
	Generation int64  `gorm:"primaryKey"`
	Name       string `gorm:"primaryKey"`
	Records    int64
	Members    []byte
}

// TableName is the table of the counts.
func (countRow) TableName() string { return "check_counts" }

// Count is what the last import found by a check.
type Count struct {
	Check
	Records int64
	Members *roaring.Bitmap // the records, by id
	Past    []Past          // the imports before, the newest first
}

// Past is a count of an earlier import, by the generation that it made.
type Past struct {
	Generation int64 `json:"generation"`
	Records    int64 `json:"records"`
}

// Moved is by how many records the count moved with the last import; false where there is
// none before it.
func (c Count) Moved() (by int64, known bool) {
	if len(c.Past) == 0 {
		return 0, false
	}
	return c.Records - c.Past[0].Records, true
}

// Store keeps what was gathered as that of a generation. What the import did not look at
// stays as the one before left it.
func (g *Gathering) Store(tx *gorm.DB, generation int64) error {
	before, err := readRows(tx)
	if err != nil {
		return err
	}
	rows := make([]countRow, 0, len(Checks()))
	for _, c := range Checks() {
		found, looked := g.records(c)
		row := countRow{Generation: generation, Name: c.Name, Records: int64(found.GetCardinality())}
		if row.Members, err = codec.Pack(found); err != nil {
			return fmt.Errorf("pack the records of %s: %w", c.Name, err)
		}
		if last := before[c.Name]; !looked && len(last) > 0 {
			row.Records, row.Members = last[0].Records, last[0].Members
		}
		rows = append(rows, row)
	}
	err = tx.Model(&countRow{}).Where("members IS NOT NULL").Update("members", nil).Error
	if err == nil {
		err = tx.Where("generation <= ? OR generation >= ?", generation-Kept, generation).Delete(&countRow{}).Error
	}
	if err == nil {
		err = tx.Create(&rows).Error
	}
	if err != nil {
		return fmt.Errorf("store the counts of the checks: %w", err)
	}
	return nil
}

// readRows are the rows of each check, the newest first.
func readRows(tx *gorm.DB) (map[string][]countRow, error) {
	var rows []countRow
	if err := tx.Order("generation DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the counts of the checks: %w", err)
	}
	byName := map[string][]countRow{}
	for _, row := range rows {
		byName[row.Name] = append(byName[row.Name], row)
	}
	return byName, nil
}

// Load reads the counts of the last import, in the order of Checks. There are none before
// the first import that stored something with this table.
func Load(tx *gorm.DB) ([]Count, error) {
	rows, err := readRows(tx)
	if err != nil {
		return nil, err
	}
	var all []Count
	for _, c := range Checks() {
		of := rows[c.Name]
		if len(of) == 0 {
			continue
		}
		count := Count{Check: c, Records: of[0].Records, Members: codec.Unpack(of[0].Members)}
		for _, row := range of[1:] {
			count.Past = append(count.Past, Past{row.Generation, row.Records})
		}
		all = append(all, count)
	}
	return all, nil
}
