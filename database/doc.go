// Package database opens the place where everything is kept: PostgreSQL by a
// postgres:// URL, or a SQLite file by sqlite:PATH, both as GORM handles.
//
//	db, err := database.Open(ctx, "sqlite:/var/lib/rostergate/rostergate.db", database.Options{})
//	defer db.Close()
//	_, err = db.Migrate(ctx, migrations.Store)
//
// Its main type is Database. It owns connections and migrations, and knows no
// table. The rest of the program uses GORM; only the page path goes below it,
// to the driver's raw values.
package database
