-- +goose Up
-- How many more passwords may be tried: by account, by address and account, by address,
-- and by device. whole_at is when everything that was spent is won back, in
-- milliseconds since 1970. A bucket is a number below a fixed one, made of what it
-- counts by a key: the rows say nothing, and there are never more than that.
CREATE TABLE sign_in_allowances (
    bucket INTEGER PRIMARY KEY,
    whole_at BIGINT NOT NULL
);
