-- +goose Up
-- The district's day, as YYYY-MM-DD: enrollments that ended before it are former. It
-- moves at the district's midnight, by a transaction of its own, as long as a grant asks;
-- empty where none has asked yet.
CREATE TABLE days (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    day TEXT NOT NULL
);
INSERT INTO days (one, day) VALUES (1, '');

-- Grants reach what they reached: every class of their courses, and whoever has an
-- enrollment, ended or not. What reached nobody has all classes to choose from, as a new
-- app does.
UPDATE grants SET document = json_set(document, '$.scope.classes', json('{"all":true}'), '$.scope.former', json('true'))
WHERE json_type(document, '$.scope') = 'object';
UPDATE grants SET document = json_set(document, '$.scope', json('{"classes":{"all":true}}'))
WHERE json_type(document, '$.scope') IS NULL;

-- What was agreed with an app's vendor: every version that was ever saved, of which the
-- highest holds. Days are YYYY-MM-DD, categories a JSON list of the NDPA's Exhibit B.
CREATE TABLE agreements (
    app_id TEXT NOT NULL REFERENCES apps (id),
    version BIGINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    basis TEXT NOT NULL,
    contact TEXT NOT NULL,
    categories TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (app_id, version)
);
