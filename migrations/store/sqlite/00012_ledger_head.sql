-- +goose Up
-- What the store knows of its ledger: which it is, and the number of the newest entry
-- that was seen to be durable there. It may be a little behind the ledger, and is never
-- ahead of it, so that a ledger that ends before it has lost something.
CREATE TABLE ledger_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    ledger TEXT NOT NULL,
    newest INTEGER NOT NULL
);
