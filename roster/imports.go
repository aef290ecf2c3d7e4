package roster

import (
	"context"
	"encoding/json"
	"fmt"
)

// PastImport is an import that was stored: it made a generation.
type PastImport struct {
	Generation  int64
	CommittedAt string   // UTC, like dateLastModified
	Files       []Counts // by entity
}

// Imports lists the imports that were stored, the newest first, at most limit.
func (r *Roster) Imports(ctx context.Context, limit int) ([]PastImport, error) {
	var rows []struct {
		Generation  int64
		CommittedAt string
		Summary     string
	}
	if err := r.DB.Read.WithContext(ctx).Table("generations").Order("generation DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list the imports: %w", err)
	}
	past := make([]PastImport, len(rows))
	for i, row := range rows {
		past[i] = PastImport{Generation: row.Generation, CommittedAt: row.CommittedAt}
		if err := json.Unmarshal([]byte(row.Summary), &past[i].Files); err != nil {
			return nil, fmt.Errorf("read what import %d did: %w", row.Generation, err)
		}
	}
	return past, nil
}
