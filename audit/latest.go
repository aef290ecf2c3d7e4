package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rostergate/rostergate/fault"
	"github.com/rostergate/rostergate/moment"
	"gorm.io/gorm"
)

// Latest returns the newest entries of a kind that match, the newest first, most
// of them. The errors are those of Disclosures; asking by record is
// fault.Invalid.
func (l *Ledger) Latest(ctx context.Context, kind Kind, q Question, most int) ([]Entry, error) {
	if !slices.Contains([]Kind{KindDisclosure, KindRefusal, KindChange}, kind) {
		return nil, fault.New(fault.Invalid, "the ledger has no entries of this kind")
	}
	if q.About != nil {
		return nil, fault.New(fault.Invalid, "the latest entries cannot be asked for by record")
	}
	c, after, last, err := l.within(ctx, kind, q)
	if err != nil {
		return nil, err
	}
	found := []Entry{}
	for last > after && len(found) < most {
		var page []Entry
		some := l.narrowed(ctx, c).Where("id > ? AND id <= ?", after, last).Order("id DESC").Limit(min(most, pageRows))
		if err := some.Find(&page).Error; err != nil {
			return nil, fmt.Errorf("read the ledger before entry %d: %w", last, err)
		}
		if len(page) == 0 {
			break
		}
		last = page[len(page)-1].ID - 1
		for _, e := range page {
			if c.match(e) && len(found) < most {
				found = append(found, e)
			}
		}
	}
	return found, nil
}

// Hours counts the disclosures that apps received from a time on, by the hour in
// which they began: no previews, no pages, and no answers without a record. Hours without any are left out.
func (l *Ledger) Hours(ctx context.Context, from time.Time) (map[time.Time]int64, error) {
	const hour = "2006-01-02T15"
	var rows []struct {
		Hour  string
		Total int64
	}
	err := l.ledger.Read.WithContext(ctx).Model(&Entry{}).Select("substr(time, 1, 13) AS hour, count(*) AS total").
		Where("kind = 'disclosure' AND count > 0 AND "+left+" AND time >= ?", moment.Of(from)).Group("substr(time, 1, 13)").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count the disclosures by hour: %w", err)
	}
	counts := map[time.Time]int64{}
	for _, row := range rows {
		start, err := time.Parse(hour, row.Hour)
		if err != nil {
			return nil, fmt.Errorf("count the disclosures by hour: %w", err)
		}
		counts[start] = row.Total
	}
	return counts, nil
}

// Note records something that somebody did and that changed nothing in the
// store, such as a question that was asked of the ledger.
func (l *Ledger) Note(ctx context.Context, c Change) error {
	ctx, stop := context.WithTimeout(ctx, commitLimit)
	defer stop()
	return l.store.Write.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return Record(tx, c) })
}
