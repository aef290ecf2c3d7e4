-- +goose Up
-- A person who is suspended may not sign in until somebody lets them. The time is empty
-- where nobody is.
ALTER TABLE people ADD COLUMN suspended_at TEXT NOT NULL DEFAULT '';

-- Where the servers are reached, as the one said that started last: links that a command
-- prints lead there.
ALTER TABLE district ADD COLUMN public_url TEXT NOT NULL DEFAULT '';
