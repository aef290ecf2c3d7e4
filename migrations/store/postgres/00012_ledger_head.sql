-- +goose Up
-- What the store knows of its ledger: which it is, and the number of the newest entry
-- that was seen to be durable there. It may be a little behind the ledger, and is never
-- ahead of it, so that a ledger that ends before it has lost something.
CREATE TABLE ledger_head (
    one bigint PRIMARY KEY CHECK (one = 1),
    ledger text COLLATE "C" NOT NULL,
    newest bigint NOT NULL
);
