-- +goose Up
-- Which columns of an entity held the same at the last import: in how many records
-- both had a value, and in how many of these the same, but for case. A column is a
-- field, or the member of a bag (written bag.member).
CREATE TABLE equal_columns (
    entity text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    other text COLLATE "C" NOT NULL,
    records bigint NOT NULL,
    equal bigint NOT NULL,
    PRIMARY KEY (entity, name, other)
);
