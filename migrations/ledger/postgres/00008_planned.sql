-- +goose Up
-- When the plan by which a reader is shown something became another one, in the reader's eyes.
ALTER TABLE horizons ADD COLUMN planned_at text COLLATE "C" NOT NULL DEFAULT '';
