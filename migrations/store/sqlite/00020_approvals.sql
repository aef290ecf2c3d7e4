-- +goose Up
-- What the district marks as sensitive: every version that was ever saved, of which the
-- highest holds. Without a row nothing is marked.
CREATE TABLE sensitive_marks (
    version INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- Changes by which an app would gain something sensitive, as they were asked for, and what
-- became of each. An app that is named may be deleted by now; its id is no other's.
CREATE TABLE waiting_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    app_id TEXT NOT NULL,
    document TEXT NOT NULL,
    gains TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_reason TEXT NOT NULL,
    decided_at TEXT NOT NULL
);

CREATE INDEX waiting_changes_state ON waiting_changes (state, number);
