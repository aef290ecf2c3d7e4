-- +goose Up
-- Which rows of each file the last import that was accepted refused: hashes of eight bytes,
-- which tell no value. A person is asked about others alone.
CREATE TABLE accepted_refusals (
    entity TEXT PRIMARY KEY,
    hashes BLOB NOT NULL
);

-- All lines of what is wrong with a package, where its report leaves some out: chunks
-- of a file, each compressed. A later attempt that found the same package names the attempt that
-- has them.
ALTER TABLE imports ADD COLUMN lines_of INTEGER NOT NULL DEFAULT 0;
CREATE TABLE import_lines (
    import_id INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (import_id, chunk)
);
