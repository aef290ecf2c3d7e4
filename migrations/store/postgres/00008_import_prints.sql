-- +goose Up
-- What tells whether a package is the one of an earlier attempt: a digest, empty
-- where the attempt did not see to its end what it began with.
ALTER TABLE imports ADD COLUMN print text COLLATE "C" NOT NULL DEFAULT '';
