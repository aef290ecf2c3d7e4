-- +goose Up
-- What each reader could see when it last asked, so that what comes into its
-- sight, or leaves it, can be dated. They are written while answering, so they
-- live where no import keeps a writer waiting.
CREATE TABLE horizons (
    reader text COLLATE "C" PRIMARY KEY,
    permission bigint NOT NULL,
    generation bigint NOT NULL,
    print text COLLATE "C" NOT NULL,
    moves bigint NOT NULL,
    moved_at text COLLATE "C" NOT NULL
);

-- The records in a reader's sight, and the names of what it sees of them.
CREATE TABLE horizon_sets (
    reader text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    shows text COLLATE "C" NOT NULL,
    records bytea NOT NULL,
    PRIMARY KEY (reader, entity)
);

-- The records that a reader was to see anew from a moment on.
CREATE TABLE horizon_moves (
    reader text COLLATE "C" NOT NULL,
    move bigint NOT NULL,
    entity text COLLATE "C" NOT NULL,
    moved_at text COLLATE "C" NOT NULL,
    records bytea NOT NULL,
    PRIMARY KEY (reader, move, entity)
);
