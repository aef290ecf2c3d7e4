-- +goose Up
-- Which columns of an entity held the same at the last import: in how many records
-- both had a value, and in how many of these the same, but for case. A column is a
-- field, or the member of a bag (written bag.member).
CREATE TABLE equal_columns (
    entity TEXT NOT NULL,
    name TEXT NOT NULL,
    other TEXT NOT NULL,
    records INTEGER NOT NULL,
    equal INTEGER NOT NULL,
    PRIMARY KEY (entity, name, other)
);
