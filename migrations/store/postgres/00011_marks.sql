-- +goose Up
-- Beside each number a random mark, given anew with every move: after a failover that
-- lost commits a number is given a second time, and must not be taken for the first.
-- 0 is the mark of what was there before there were marks. The epoch is random itself.
ALTER TABLE numbers ADD COLUMN mark bigint NOT NULL DEFAULT 0;

-- The mark that a generation had when it was the newest.
ALTER TABLE generations ADD COLUMN mark bigint NOT NULL DEFAULT 0;

-- What tells a saved grant from another with its version.
ALTER TABLE grants ADD COLUMN mark bigint NOT NULL DEFAULT 0;

-- What tells an attempt from another with its id, and the mark of its generation.
ALTER TABLE imports ADD COLUMN mark bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN generation_mark bigint NOT NULL DEFAULT 0;
