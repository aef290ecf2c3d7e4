// Package bundle reads OneRoster CSV packages: a folder or a zip, its manifest, the
// headers of its files, and their rows, cut into cells.
//
// Its main type is Bundle.
//
//	b, err := bundle.Open("district.zip")
//	found := bundle.NewFindings()
//	files, err := bundle.ReadManifest(b, false, &found)
//	sheet, err := bundle.OpenSheet(b, files[0].File())
//	layout, ok := bundle.ReadLayout(files[0], sheet.Header, &found)
//	row, err := sheet.Next()
//
// What is wrong with a package is a Finding, which names places and never values.
// The package knows no database, and nothing of other rows than the one at hand.
package bundle
