-- +goose Up
-- The policies of their own that apps had, in Rego; an app's highest version is the one
-- that holds. Files are a JSON object of texts by name, empty where it was removed.
CREATE TABLE policies (
    app_id TEXT NOT NULL REFERENCES apps (id),
    version INTEGER NOT NULL,
    files TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (app_id, version)
);

-- Whether the ceiling of its preset holds for an app: once somebody was shown what it
-- hides.
ALTER TABLE apps ADD COLUMN ceiling INTEGER NOT NULL DEFAULT 0;
