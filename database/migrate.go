package database

import (
	"context"
	"fmt"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
	"github.com/rostergate/rostergate/migrations"
)

// Migrate brings a set's schema up to date and returns the names of the files
// it applied, none where there was nothing to do. Processes that migrate one
// PostgreSQL at the same time wait for one another. A schema that is newer than
// this build is a fault.Invalid.
func (db *Database) Migrate(ctx context.Context, set migrations.Set) ([]string, error) {
	schema, err := db.Schema(ctx, set)
	if err == nil {
		err = schema.Check()
	}
	if err != nil {
		return nil, err
	}
	provider, err := db.provider(set)
	if err != nil {
		return nil, fmt.Errorf("prepare the %s migrations: %w", set, err)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("apply the %s migrations: %w", set, err)
	}
	var applied []string
	for _, r := range results {
		applied = append(applied, string(set)+"/"+r.Source.Path)
	}
	return applied, nil
}

func (db *Database) provider(set migrations.Set) (*goose.Provider, error) {
	files, err := migrations.Files(set, string(db.Dialect))
	if err != nil {
		return nil, err
	}
	conns, err := db.Write.DB()
	if err != nil {
		return nil, err
	}
	dialect := database.DialectPostgres
	var options []goose.ProviderOption
	if db.Dialect == SQLite {
		dialect = database.DialectSQLite3
	} else {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	versions, err := database.NewStore(dialect, versionTable(set))
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithStore(versions))
	return goose.NewProvider("", conns, files, options...)
}
