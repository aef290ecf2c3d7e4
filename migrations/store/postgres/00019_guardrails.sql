-- +goose Up
-- The guardrails of the district: every version of the whole list that was ever saved, as a
-- JSON list. The highest holds; without one there are none.
CREATE TABLE guardrails (
    version bigint PRIMARY KEY,
    document jsonb NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    created_at text COLLATE "C" NOT NULL
);

-- What kind of product an app is, where an admin said it; otherwise its preset does.
ALTER TABLE apps ADD COLUMN vendor text NOT NULL DEFAULT '';
