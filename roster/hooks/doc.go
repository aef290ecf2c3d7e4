// Package hooks says what hangs on what: by which columns records refer to others, and without
// which of those references they are none, by the catalog.
//
// Its main type is Hook.
//
//	for _, h := range hooks.Of(classes, spare) {
//		err := h.Each(ctx, table, func(id uint32, ids sql.RawBytes) { ... })
//	}
//
// It decides over no record.
package hooks
