// Package notice says what a reader may notice: the dateLastModified of a record as
// the reader sees it, and the number that moves when, and only when, something
// changes that the reader sees.
//
// Its main type is Horizons.
//
//	horizons := notice.NewHorizons(views, store, ledger, clock)
//	h, err := horizons.Horizon(ctx, notice.Sight{Reader: app, View: seen, Shows: shows, ...})
//	h.Dates("users")(17)
//
// What changed is history's. The package does not know who the readers are, nor why
// they see what they see.
package notice
