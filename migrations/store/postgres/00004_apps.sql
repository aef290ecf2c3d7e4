-- +goose Up
-- Times are UTC with milliseconds, so that comparing their text compares them.

CREATE TABLE apps (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    preset text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'enabled', 'suspended')),
    created_at text COLLATE "C" NOT NULL,
    updated_at text COLLATE "C" NOT NULL
);

-- A secret is kept sealed, for OAuth 1.0a needs it back; a revoked one is not kept.
CREATE TABLE credentials (
    id text COLLATE "C" PRIMARY KEY,
    app_id text COLLATE "C" NOT NULL REFERENCES apps (id),
    client_id text COLLATE "C" NOT NULL UNIQUE,
    sealed_secret bytea,
    created_at text COLLATE "C" NOT NULL,
    revoked_at text COLLATE "C",
    CHECK ((sealed_secret IS NULL) = (revoked_at IS NOT NULL))
);

-- An app has one credential that works.
CREATE UNIQUE INDEX credentials_current ON credentials (app_id) WHERE revoked_at IS NULL;

-- The hash is SHA-256 of the token, which is kept nowhere.
CREATE TABLE tokens (
    hash bytea PRIMARY KEY,
    app_id text COLLATE "C" NOT NULL REFERENCES apps (id),
    credential_id text COLLATE "C" NOT NULL REFERENCES credentials (id),
    scopes text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL
);

CREATE INDEX tokens_expiry ON tokens (app_id, expires_at);
CREATE INDEX tokens_credential ON tokens (credential_id);

-- Every grant that was ever saved; an app's highest version is the one that holds.
CREATE TABLE grants (
    app_id text COLLATE "C" NOT NULL REFERENCES apps (id),
    version bigint NOT NULL,
    document jsonb NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (app_id, version)
);

CREATE TABLE settings (
    name text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
);
