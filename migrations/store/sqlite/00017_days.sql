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
