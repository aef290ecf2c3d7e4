-- +goose Up
-- What a sound roster has none of, as the last imports counted it: by check, and of the
-- last import which records they are.
CREATE TABLE check_counts (
    generation INTEGER NOT NULL,
    name TEXT NOT NULL,
    records INTEGER NOT NULL,
    members BLOB,
    PRIMARY KEY (generation, name)
);
