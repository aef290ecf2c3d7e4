// Package hooks says what hangs on what: which records are none without those that they refer
// to, by the catalog.
//
// Its main type is Hook.
//
//	for _, h := range hooks.Of(classes, spare) {
//		err := h.Each(ctx, table, func(id uint32, cell sql.RawBytes) { ... })
//	}
//
// It decides over no record.
package hooks
