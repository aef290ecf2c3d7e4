-- +goose Up
-- The policies of their own that apps had, in Rego; an app's highest version is the one
-- that holds. Files are a JSON object of texts by name, empty where it was removed.
CREATE TABLE policies (
    app_id text COLLATE "C" NOT NULL REFERENCES apps (id),
    version bigint NOT NULL,
    files jsonb NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (app_id, version)
);

-- Whether the ceiling of its preset holds for an app: once somebody was shown what it
-- hides.
ALTER TABLE apps ADD COLUMN ceiling boolean NOT NULL DEFAULT false;
