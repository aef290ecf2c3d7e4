// Package view says who is in: which records of a generation a scope reaches, and
// why.
//
// Its main types are Snapshot, the links between the records of one generation, and
// View, the records that a scope reaches in it.
//
//	views := view.NewMemory(db)
//	snapshot, err := views.Snapshot(ctx)
//	seen := snapshot.View(view.Scope{Orgs: view.Among{Only: []string{"oak"}}, ...})
//	seen.Set("users").Contains(17)
//
// closure.go is the whole of how a scope grows. The package reads ids, sourcedIds,
// references and the words by which records are chosen, and no other value.
package view
