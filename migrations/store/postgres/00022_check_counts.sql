-- +goose Up
-- What a sound roster has none of, as the last imports counted it: by check, and of the
-- last import which records they are.
CREATE TABLE check_counts (
    generation bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    records bigint NOT NULL,
    members bytea,
    PRIMARY KEY (generation, name)
);
