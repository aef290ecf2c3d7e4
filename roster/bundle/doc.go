// Package bundle reads OneRoster CSV packages: a folder or a zip, its manifest, the
// headers of its files, and their cells, in the form in which they are kept.
//
// Its main type is Bundle.
//
//	b, err := bundle.Open("district.zip")
//	found := bundle.NewFindings()
//	entities, err := bundle.ReadManifest(b, &found)
//	sheet, err := bundle.OpenSheet(b, "users.csv")
//	layout, ok := bundle.ReadLayout(users, sheet.Header, &found)
//	value, bad, loose := bundle.Clean(field, cell)
//
// What is wrong with a package is a Finding, which names places and never values.
// The package knows no database, and nothing of other rows than the one at hand.
package bundle
