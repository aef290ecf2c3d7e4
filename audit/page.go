package audit

import (
	"context"
	"fmt"

	"github.com/rostergate/rostergate/fault"
	"gorm.io/gorm"
)

// MostCounted is up to where Page counts, and leads.
const MostCounted = 10_000

// Turn is a part of the entries that match a question.
type Turn struct {
	Oldest bool // first; else the newest
	Skip   int
	AtMost int
}

// Page returns the entries of a kind in the turn, and how many match in all: at most
// MostCounted, and more says that there are more. Asking by field or record is
// fault.Invalid.
func (l *Ledger) Page(ctx context.Context, kind Kind, q Question, t Turn) (page []Entry, total int, more bool, err error) {
	some, err := l.matching(ctx, kind, q)
	if err != nil {
		return nil, 0, false, err
	}
	var counted int64
	few := some.Select("id").Limit(MostCounted + 1)
	if err := l.ledger.Read.WithContext(ctx).Table("(?) AS few", few).Count(&counted).Error; err != nil {
		return nil, 0, false, fmt.Errorf("count entries of the ledger: %w", err)
	}
	order := "id DESC"
	if t.Oldest {
		order = "id"
	}
	if err := some.Order(order).Offset(min(t.Skip, MostCounted)).Limit(t.AtMost).Find(&page).Error; err != nil {
		return nil, 0, false, fmt.Errorf("read a page of the ledger: %w", err)
	}
	return page, int(min(counted, MostCounted)), counted > MostCounted, nil
}

// matching are the entries of a kind that match, as SQL decides it.
func (l *Ledger) matching(ctx context.Context, kind Kind, q Question) (*gorm.DB, error) {
	if q.About != nil || q.Field != "" {
		return nil, fault.New(fault.Invalid, "pages of entries cannot be asked for by field or record")
	}
	c, after, last, err := l.within(ctx, kind, q)
	if err != nil {
		return nil, err
	}
	// The span keeps what is read small; its ends may hold entries of other times.
	some := l.narrowed(ctx, c).Where("id > ? AND id <= ? AND time >= ?", after, last, c.from)
	if c.to != "" {
		some = some.Where("time < ?", c.to)
	}
	return some.Session(&gorm.Session{}), nil
}
