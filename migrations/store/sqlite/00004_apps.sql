-- +goose Up
-- Times are UTC with milliseconds, so that comparing their text compares them.

CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    preset TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'enabled', 'suspended')),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- A secret is kept sealed, for OAuth 1.0a needs it back; a revoked one is not kept.
CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (id),
    client_id TEXT NOT NULL UNIQUE,
    sealed_secret BLOB,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    CHECK ((sealed_secret IS NULL) = (revoked_at IS NOT NULL))
);

-- An app has one credential that works.
CREATE UNIQUE INDEX credentials_current ON credentials (app_id) WHERE revoked_at IS NULL;

-- The hash is SHA-256 of the token, which is kept nowhere.
CREATE TABLE tokens (
    hash BLOB PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (id),
    credential_id TEXT NOT NULL REFERENCES credentials (id),
    scopes TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE INDEX tokens_expiry ON tokens (app_id, expires_at);
CREATE INDEX tokens_credential ON tokens (credential_id);

-- Every grant that was ever saved; an app's highest version is the one that holds.
CREATE TABLE grants (
    app_id TEXT NOT NULL REFERENCES apps (id),
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (app_id, version)
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
