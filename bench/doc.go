// Command bench measures the gateway beside a plain server in one run:
//
//	make bench-quick
//
// It starts a PostgreSQL of its own (with fsync), imports a made-up district,
// and pulls pages of users over HTTP, eight connections at a time, from two
// server processes in turn: the gateway, with its ledger durable, and a plain
// one that does what a first version would do (echo, pgx into structs,
// encoding/json, OFFSET; no authentication, no policy, no counts, no ledger). The
// plain one sends the fields that the gateway's app gets and, for comparison, all
// that it has of a user, as servers do that know no apps. It prints the ratios of
// their speeds and the CPU time of each per record.
//
// Ratios are what it is for: figures in seconds belong to the machine.
package main
