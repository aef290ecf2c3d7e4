-- +goose Up
-- The district's day, as YYYY-MM-DD: enrollments that ended before it are former. It
-- moves at the district's midnight, by a transaction of its own, as long as a grant asks;
-- empty where none has asked yet.
CREATE TABLE days (
    one integer PRIMARY KEY CHECK (one = 1),
    day text COLLATE "C" NOT NULL
);
INSERT INTO days (one, day) VALUES (1, '');

-- Grants reach what they reached: every class of their courses, and whoever has an
-- enrollment, ended or not. What reached nobody has all classes to choose from, as a new
-- app does.
UPDATE grants SET document = jsonb_set(document, '{scope}', (document->'scope') || '{"classes":{"all":true},"former":true}')
WHERE jsonb_typeof(document->'scope') = 'object';
UPDATE grants SET document = jsonb_set(document, '{scope}', '{"classes":{"all":true}}')
WHERE document->'scope' IS NULL;

-- What was agreed with an app's vendor: every version that was ever saved, of which the
-- highest holds. Days are YYYY-MM-DD, categories a JSON list of the NDPA's Exhibit B.
CREATE TABLE agreements (
    app_id text COLLATE "C" NOT NULL REFERENCES apps (id),
    version bigint NOT NULL,
    first_day text COLLATE "C" NOT NULL,
    last_day text COLLATE "C" NOT NULL,
    basis text NOT NULL,
    contact text NOT NULL,
    categories text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (app_id, version)
);
