// Package backup takes a copy of an embedded store while it is used, and puts it back:
// both databases, and the encryption key where it is wanted, in one file.
//
//	manifest, err := backup.Take(ctx, "monday.zip", backup.Source{Store: store, Ledger: ledger})
//
//	archive, err := backup.Open("monday.zip")
//	err = archive.Unpack(ctx, folder)
//
// Its main type is Archive, a zip with a Manifest that says what is in it and the
// SHA-256 of each member. That tells damage, and no forgery: who can write the file can
// write its manifest.
//
// The package knows nothing of epochs: who puts a backup back begins one. PostgreSQL is
// left to its own tools.
package backup
