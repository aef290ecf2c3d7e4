-- +goose Up
-- The ledger: what left the house, what was refused, what was changed. Rows are only
-- ever added. A column that a kind does not use is empty; lists are JSON arrays of
-- names; records is a roaring bitmap of record ids in the portable format.
CREATE TABLE ledger_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('disclosure', 'refusal', 'change')),
    app TEXT NOT NULL,
    request_id TEXT NOT NULL,
    door TEXT NOT NULL,
    route TEXT NOT NULL,
    entity TEXT NOT NULL,
    fields TEXT NOT NULL,
    metadata TEXT NOT NULL,
    types TEXT NOT NULL,
    masked TEXT NOT NULL,
    filter TEXT NOT NULL,
    records BLOB NOT NULL,
    count INTEGER NOT NULL,
    permission INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    outbox_key TEXT
);

-- An index of SQLite ends with the row's id by itself.
CREATE INDEX ledger_entries_by_app ON ledger_entries (app);
CREATE INDEX ledger_entries_by_time ON ledger_entries (time);
-- Refusals and changes are few among many disclosures.
CREATE INDEX ledger_refusals ON ledger_entries (id) WHERE kind = 'refusal';
CREATE INDEX ledger_changes ON ledger_entries (id) WHERE kind = 'change';
-- A change arrives once.
CREATE UNIQUE INDEX ledger_outbox_keys ON ledger_entries (outbox_key) WHERE outbox_key IS NOT NULL;
