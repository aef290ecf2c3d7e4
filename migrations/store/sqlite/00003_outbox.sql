-- +goose Up
-- Changes that wait to be moved into the ledger. A row is written in the transaction
-- of the change it tells of; key is what the ledger knows it by, and is random, so
-- that a store restored from a backup never gives the same one twice.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    time TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    app TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
