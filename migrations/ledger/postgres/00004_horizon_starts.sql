-- +goose Up
-- The generation in which a reader first asked, and the epoch that its numbers
-- belong to: after a restore they may be lower, and stand for something else.
ALTER TABLE horizons ADD COLUMN first bigint NOT NULL DEFAULT 0;
ALTER TABLE horizons ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
