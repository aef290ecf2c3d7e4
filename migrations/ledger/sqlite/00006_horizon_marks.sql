-- +goose Up
-- The marks of the numbers that a reader's sight belongs to, and a mark of the reader's
-- own moves, which are given a second time, too, where a failover lost some. 0 is from
-- before there were marks.
ALTER TABLE horizons ADD COLUMN permission_mark INTEGER NOT NULL DEFAULT 0;
ALTER TABLE horizons ADD COLUMN generation_mark INTEGER NOT NULL DEFAULT 0;
ALTER TABLE horizons ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
