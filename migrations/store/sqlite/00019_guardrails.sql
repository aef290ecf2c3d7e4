-- +goose Up
-- The guardrails of the district: every version of the whole list that was ever saved, as a
-- JSON list. The highest holds; without one there are none.
CREATE TABLE guardrails (
    version INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- What kind of product an app is, where an admin said it; otherwise its preset does.
ALTER TABLE apps ADD COLUMN vendor TEXT NOT NULL DEFAULT '';
