-- +goose Up
-- A credential that another has followed works until an overlap is over: the instant at
-- which it ends, and empty for one that does not.
ALTER TABLE credentials ADD COLUMN ends_at TEXT NOT NULL DEFAULT '';

-- The minute in which it was last used, and empty for none.
ALTER TABLE credentials ADD COLUMN used_at TEXT NOT NULL DEFAULT '';

-- An app has one credential that works and does not end.
DROP INDEX credentials_current;
CREATE UNIQUE INDEX credentials_current ON credentials (app_id) WHERE revoked_at IS NULL AND ends_at = '';
