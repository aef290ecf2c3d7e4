-- +goose Up
-- The nonces of signed requests, as long as their timestamps are taken. A request
-- whose nonce is here is a replay.
CREATE TABLE nonces (
    consumer text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (consumer, value)
);

CREATE INDEX nonces_by_expiry ON nonces (expires_at);
