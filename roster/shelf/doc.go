// Package shelf keeps packages that were uploaded while they are imported beside requests,
// and held ones until somebody decides over them.
//
// Its main type is Shelf.
//
//	s := &shelf.Shelf{Importer: importer, Folder: "data/uploads"}
//	defer s.Close()
//	attempt, err := s.Start(ctx, intake.Attempt{Actor: "ada@example.org", Package: folder})
//
// How a package is judged and stored is intake's.
package shelf
