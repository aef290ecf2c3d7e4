// Package feeds follows the fields that nobody stores, because the rows of another entity make
// them up: what an import makes others show, and no longer show.
//
// Its main type is Feeds.
//
//	all := feeds.Of(classResources)
//	all.Come(id, cells)
//	err := all.Settle(ctx, table, gone, true, turnover)
package feeds
