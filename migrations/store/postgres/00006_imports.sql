-- +goose Up
-- Every attempt to import a package, however it ended. Nothing of the package is
-- here, not even its name: a report holds places and counts. Where a held package
-- waits for a person, package is the name of its folder.
CREATE TABLE imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at text COLLATE "C" NOT NULL,
    seen_at text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    actor text NOT NULL,
    origin text COLLATE "C" NOT NULL CHECK (origin IN ('upload', 'command')),
    dry_run boolean NOT NULL,
    accept_hold boolean NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('running', 'ended', 'failed')),
    file text COLLATE "C" NOT NULL,
    percent bigint NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    counts text COLLATE "C" NOT NULL,
    report text,
    conflict boolean NOT NULL,
    package text COLLATE "C" NOT NULL
);

-- One upload is imported at a time, whichever server took it.
CREATE UNIQUE INDEX imports_uploading ON imports (origin) WHERE state = 'running' AND origin = 'upload';
CREATE INDEX imports_waiting ON imports (id) WHERE package <> '';

-- What was stored before there was this table.
INSERT INTO imports (started_at, seen_at, ended_at, actor, origin, dry_run, accept_hold, state, file, percent, verdict, generation, counts, report, conflict, package)
SELECT committed_at, committed_at, committed_at, '', 'command', false, false, 'ended', '', 100, 'stored', generation, summary::text,
    '{"verdict":"stored","generation":' || generation || ',"files":' || summary::text || '}', false, ''
FROM generations ORDER BY generation;
