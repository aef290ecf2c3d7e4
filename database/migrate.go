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
// PostgreSQL at the same time wait for one another.
func (db *Database) Migrate(ctx context.Context, set migrations.Set) ([]string, error) {
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

// Pending reports whether a set has migrations that were not applied.
func (db *Database) Pending(ctx context.Context, set migrations.Set) (bool, error) {
	provider, err := db.provider(set)
	if err != nil {
		return false, fmt.Errorf("prepare the %s migrations: %w", set, err)
	}
	return provider.HasPending(ctx)
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
	versions, err := database.NewStore(dialect, string(set)+"_migrations")
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithStore(versions))
	return goose.NewProvider("", conns, files, options...)
}
