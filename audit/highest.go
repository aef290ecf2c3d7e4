package audit

import (
	"context"
	"fmt"
)

// HighestIDs are, by entity, the highest internal ids that were disclosed in
// generations after one, to apps or to people: who was seen stays who they were.
func (l *Ledger) HighestIDs(ctx context.Context, generation int64) (map[string]uint32, error) {
	rows, err := l.ledger.Read.WithContext(ctx).Model(&Entry{}).Select("id, entity, records").
		Where("kind = ? AND generation > ?", KindDisclosure, generation).Rows()
	if err != nil {
		return nil, fmt.Errorf("read which records were disclosed: %w", err)
	}
	defer rows.Close()
	highest := map[string]uint32{}
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.ID, &e.Entity, &e.Records); err != nil {
			return nil, fmt.Errorf("read which records were disclosed: %w", err)
		}
		sent, err := e.Sent()
		if err != nil {
			return nil, err
		}
		if !sent.IsEmpty() {
			highest[e.Entity] = max(highest[e.Entity], sent.Maximum())
		}
	}
	return highest, rows.Err()
}
