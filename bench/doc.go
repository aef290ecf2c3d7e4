// Command bench measures the gateway beside a plain server in one run:
//
//	make bench-quick
//
// It starts a PostgreSQL of its own (with fsync), imports a made-up district,
// and pulls pages of users over HTTP, eight connections at a time, from two
// server processes in turn: the gateway, with its ledger durable, and a plain
// one that does what a first version would do (echo, pgx into structs,
// encoding/json, OFFSET; no authentication, no policy, no ledger). It prints
// the ratio of their speeds and the CPU time of each per record.
//
// Ratios are what it is for: figures in seconds belong to the machine.
package main
