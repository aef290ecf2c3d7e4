package roster

import (
	"context"

	"github.com/rostergate/rostergate/catalog"
	"github.com/rostergate/rostergate/fault"
)

// Titles reads what people call records of an entity: their name or their title,
// by id. Records without one, or that are not there, are left out. An entity
// whose records have neither is a fault.NotFound.
func (r *Roster) Titles(ctx context.Context, entity string, ids []uint32) (map[uint32]string, error) {
	e, _ := catalog.Find(entity)
	field, named := e.Field("name")
	if !named {
		if field, named = e.Field("title"); !named {
			return nil, fault.New(fault.NotFound, "records of %q have no titles", entity)
		}
	}
	titles := make(map[uint32]string, len(ids))
	_, err := r.Read(ctx, Selection{Entity: e, Fields: []catalog.Field{field}}, ids, func(id uint32, cells [][]byte) error {
		if len(cells[0]) > 0 {
			titles[id] = string(cells[0])
		}
		return nil
	})
	return titles, err
}
