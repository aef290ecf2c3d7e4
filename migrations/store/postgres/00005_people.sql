-- +goose Up
-- People who may sign in to the rooms. Times are UTC with milliseconds, so that
-- comparing their text compares them.
CREATE TABLE people (
    id text COLLATE "C" PRIMARY KEY,
    email text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL CHECK (role IN ('admin', 'auditor')),
    password_hash text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    signed_in_at text COLLATE "C" NOT NULL
);

-- One-time links. The hash is SHA-256 of the token, which is kept nowhere. The link
-- of the first admin belongs to nobody yet.
CREATE TABLE invitations (
    hash bytea PRIMARY KEY,
    person_id text COLLATE "C" REFERENCES people (id) ON DELETE CASCADE,
    expires_at text COLLATE "C" NOT NULL
);

CREATE INDEX invitations_person ON invitations (person_id);

-- Who is signed in. A session ends with the epoch of its person that it began in.
CREATE TABLE sessions (
    hash bytea PRIMARY KEY,
    person_id text COLLATE "C" NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    epoch bigint NOT NULL,
    started_at text COLLATE "C" NOT NULL,
    seen_at text COLLATE "C" NOT NULL
);

CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_start ON sessions (started_at);

-- How the rooms present the district: one row.
CREATE TABLE district (
    id integer PRIMARY KEY CHECK (id = 1),
    name text COLLATE "C" NOT NULL,
    time_zone text COLLATE "C" NOT NULL
);

INSERT INTO district (id, name, time_zone) VALUES (1, '', 'America/Chicago');
