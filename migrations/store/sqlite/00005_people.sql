-- +goose Up
-- People who may sign in to the rooms. Times are UTC with milliseconds, so that
-- comparing their text compares them.
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'auditor')),
    password_hash TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    signed_in_at TEXT NOT NULL
);

-- One-time links. The hash is SHA-256 of the token, which is kept nowhere. The link
-- of the first admin belongs to nobody yet.
CREATE TABLE invitations (
    hash BLOB PRIMARY KEY,
    person_id TEXT REFERENCES people (id) ON DELETE CASCADE,
    expires_at TEXT NOT NULL
);

CREATE INDEX invitations_person ON invitations (person_id);

-- Who is signed in. A session ends with the epoch of its person that it began in.
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
);

CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_start ON sessions (started_at);

-- How the rooms present the district: one row.
CREATE TABLE district (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL
);

INSERT INTO district (id, name, time_zone) VALUES (1, '', 'America/Chicago');
