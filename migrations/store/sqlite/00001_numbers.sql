-- +goose Up
-- The numbers that tell whether what a process knows still holds. They are rows
-- of their own, so that a save never waits for an import.
CREATE TABLE numbers (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);

INSERT INTO numbers (name, value)
VALUES ('permission', 0), ('generation', 0), ('epoch', abs(random()) % 9007199254740991);
