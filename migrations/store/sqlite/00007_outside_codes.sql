-- +goose Up
-- How many records of the last import had a value that is none of the codes which
-- CEDS lists for the field, or for the key of a bag (written bag.key). The values
-- themselves are not here.
CREATE TABLE outside_codes (
    entity TEXT NOT NULL,
    name TEXT NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (entity, name)
);
