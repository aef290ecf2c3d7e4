-- +goose Up
-- Which ledger this is, by a random name that its store knows, too. A ledger has it from
-- the first start with its store on.
CREATE TABLE ledger_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    ledger TEXT NOT NULL
);
