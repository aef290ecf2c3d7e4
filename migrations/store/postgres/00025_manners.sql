-- +goose Up
-- How an app is answered, as a JSON object; an app without a row is answered as usual. It
-- goes with the app, whose id no other ever gets.
CREATE TABLE manners (
    app_id text COLLATE "C" PRIMARY KEY REFERENCES apps (id) ON DELETE CASCADE,
    document text NOT NULL
);
