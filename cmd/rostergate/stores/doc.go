// Package stores is the two databases that a district's data is in, the store and the
// ledger, as one thing: found, opened, brought up to date together, asked whether they can
// serve. On SQLite they are two files, so that a long import never keeps an answer waiting;
// on PostgreSQL one database, by connections of its own for each. What lives in them is not
// its business.
package stores
