-- +goose Up
-- Refusals of one kind are counted: an entry with a count stands for so many of them,
-- from the request of request_id to that of last_request_id. The block of addresses is
-- that of whoever could not say who asks.
ALTER TABLE ledger_entries ADD COLUMN last_request_id text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE ledger_entries ADD COLUMN address text COLLATE "C" NOT NULL DEFAULT '';
