// Package dbtest runs a test on every database that Rostergate supports: a
// SQLite file and a real PostgreSQL.
//
//	dbtest.Each(t, func(t *testing.T, s dbtest.Store) {
//		require(s.DB.Write.Exec("INSERT ..."))
//	})
//
// PostgreSQL is never skipped. Each test gets an empty, migrated database of its
// own in a cluster that is started from the machine's PostgreSQL binaries: one
// per process, or one for a whole run of `go test` when it is started by
// `go run ./database/dbtest/cluster go test ./...`. ROSTERGATE_TEST_POSTGRES
// names a server to use instead.
//
// What a store holds is in memory where the machine has a file system there with room
// (Place, Folder), and is a copy of one that was migrated once: on PostgreSQL a database
// rostergate_migrated_..., named after its migrations, which stays on a server that was
// named. Tests of what outlives a loss of power do not use Folder.
package dbtest
