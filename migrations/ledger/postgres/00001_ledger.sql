-- +goose Up
-- The ledger: what left the house, what was refused, what was changed. Rows are only
-- ever added. A column that a kind does not use is empty; lists are JSON arrays of
-- names; records is a roaring bitmap of record ids in the portable format.
CREATE TABLE ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('disclosure', 'refusal', 'change')),
    app text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    door text COLLATE "C" NOT NULL,
    route text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    fields text COLLATE "C" NOT NULL,
    metadata text COLLATE "C" NOT NULL,
    types text COLLATE "C" NOT NULL,
    masked text COLLATE "C" NOT NULL,
    filter text COLLATE "C" NOT NULL,
    records bytea NOT NULL,
    count bigint NOT NULL,
    permission bigint NOT NULL,
    generation bigint NOT NULL,
    status bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    before text COLLATE "C" NOT NULL,
    after text COLLATE "C" NOT NULL,
    outbox_key text COLLATE "C"
);

CREATE INDEX ledger_entries_by_app ON ledger_entries (app, id);
CREATE INDEX ledger_entries_by_time ON ledger_entries (time, id);
-- Refusals and changes are few among many disclosures.
CREATE INDEX ledger_refusals ON ledger_entries (id) WHERE kind = 'refusal';
CREATE INDEX ledger_changes ON ledger_entries (id) WHERE kind = 'change';
-- A change arrives once.
CREATE UNIQUE INDEX ledger_outbox_keys ON ledger_entries (outbox_key) WHERE outbox_key IS NOT NULL;
