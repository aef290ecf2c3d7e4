-- +goose Up
-- The ids of deleted apps, which no other app may have: the ledger names by them who
-- received what, and pseudonyms are made of them.
CREATE TABLE former_apps (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    deleted_at TEXT NOT NULL
);
