-- +goose Up
-- What each reader could see when it last asked, so that what comes into its
-- sight, or leaves it, can be dated. They are written while answering, so they
-- live where no import keeps a writer waiting.
CREATE TABLE horizons (
    reader TEXT PRIMARY KEY,
    permission INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    print TEXT NOT NULL,
    moves INTEGER NOT NULL,
    moved_at TEXT NOT NULL
);

-- The records in a reader's sight, and the names of what it sees of them.
CREATE TABLE horizon_sets (
    reader TEXT NOT NULL,
    entity TEXT NOT NULL,
    shows TEXT NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (reader, entity)
);

-- The records that a reader was to see anew from a moment on.
CREATE TABLE horizon_moves (
    reader TEXT NOT NULL,
    move INTEGER NOT NULL,
    entity TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (reader, move, entity)
);
