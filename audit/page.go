package audit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rostergate/rostergate/fault"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MostCounted is up to where Page counts, and leads.
const MostCounted = 10_000

// Turn is a part of the entries that match a question. The zero Turn goes by time, the
// newest first.
type Turn struct {
	By     Order
	Ranks  []string // of an order by a text: its values as they follow one another; others come behind, either way
	Rising bool     // the oldest, the smallest, the first of the alphabet first
	Skip   int
	AtMost int
}

// Order is what a page of entries goes by: the time, or a column. Entries that are equal by
// a column go by time, the newest first.
type Order string

// The orders.
const (
	ByTime   Order = ""
	ByApp    Order = "app"
	ByEntity Order = "entity"
	ByCount  Order = "count"
	ByDoor   Order = "door"
	ByActor  Order = "actor"
	ByAction Order = "action"
	ByStatus Order = "status"
	ByReason Order = "reason"
)

// Page returns the entries of a kind in the turn, and how many match in all: at most
// MostCounted, and more says that there are more. In an order by a column are then the
// newest MostCounted alone, so that no page sorts a whole ledger. Asking by field or record,
// or for an order that there is not, is fault.Invalid.
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
	if page, err = l.turn(ctx, some, t); err != nil {
		return nil, 0, false, fmt.Errorf("read a page of the ledger: %w", err)
	}
	return page, int(min(counted, MostCounted)), counted > MostCounted, nil
}

// turn reads some of the entries in an order.
func (l *Ledger) turn(ctx context.Context, some *gorm.DB, t Turn) (page []Entry, err error) {
	if t.By == ByTime {
		order := clause.OrderByColumn{Column: clause.Column{Name: "id"}, Desc: !t.Rising}
		return page, some.Order(order).Offset(min(t.Skip, MostCounted)).Limit(t.AtMost).Find(&page).Error
	}
	if !slices.Contains([]Order{ByApp, ByEntity, ByCount, ByDoor, ByActor, ByAction, ByStatus, ByReason}, t.By) {
		return nil, fault.New(fault.Invalid, "entries of the ledger cannot be sorted by %q", t.By)
	}
	// The entries themselves are read once it is known which: they hold sets of records.
	newest := some.Select("id, " + string(t.By)).Order("id DESC").Limit(MostCounted)
	var ids []int64
	sorted := l.ledger.Read.WithContext(ctx).Table("(?) AS newest", newest).Order(t.order()).Offset(t.Skip).Limit(t.AtMost)
	if err := sorted.Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
		return nil, err
	}
	err = some.Where("id IN ?", ids).Find(&page).Error
	slices.SortFunc(page, func(a, b Entry) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return page, err
}

// order is that of a turn by a column, as SQL says it.
func (t Turn) order() clause.OrderBy {
	way := " DESC"
	if t.Rising {
		way = ""
	}
	said, vars := string(t.By)+way+", id DESC", []any{}
	if len(t.Ranks) > 0 {
		var ranks strings.Builder
		for i, value := range t.Ranks {
			if !t.Rising { // what has no rank stays behind
				i = len(t.Ranks) - 1 - i
			}
			ranks.WriteString(" WHEN ? THEN " + strconv.Itoa(i))
			vars = append(vars, value)
		}
		said = "CASE " + string(t.By) + ranks.String() + " ELSE " + strconv.Itoa(len(t.Ranks)) + " END, " + said
	}
	return clause.OrderBy{Expression: clause.Expr{SQL: said, Vars: vars, WithoutParentheses: true}}
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
