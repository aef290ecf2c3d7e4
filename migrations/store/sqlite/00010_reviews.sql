-- +goose Up
-- What an admin accepts for the whole district is the name of a member alone: until
-- then it counts as a value of the roster.
ALTER TABLE bag_keys RENAME COLUMN reviewed TO accepted;

-- An admin was shown a member for this app, and said that the app may have it. A
-- member that is not present, or not reviewed for an app, is not shared with it. An
-- import in which a member vanishes ends all its reviews.
CREATE TABLE reviews (
    app_id TEXT NOT NULL REFERENCES apps (id),
    entity TEXT NOT NULL,
    bag TEXT NOT NULL,
    name TEXT NOT NULL,
    reviewed_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (app_id, entity, bag, name)
);

CREATE INDEX reviews_member ON reviews (entity, bag, name);

-- What an app is served stays reviewed for it, and for no other.
INSERT INTO reviews (app_id, entity, bag, name, reviewed_at, actor)
SELECT a.id, k.entity, k.bag, k.name, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'upgrade'
FROM bag_keys AS k
JOIN apps AS a ON a.state = 'enabled'
JOIN grants AS g ON g.app_id = a.id AND g.version = (SELECT max(version) FROM grants WHERE app_id = a.id)
WHERE k.present AND k.accepted
AND json_extract(g.document, '$.entities.' || k.entity || '.open')
AND CASE k.bag
    WHEN 'metadata' THEN json_extract(g.document, '$.entities.' || k.entity || '.metadata')
        AND k.name IN (SELECT value FROM json_each(g.document, '$.entities.' || k.entity || '.keys'))
    ELSE k.bag IN (SELECT value FROM json_each(g.document, '$.entities.' || k.entity || '.fields'))
        AND k.name IN (SELECT value FROM json_each(g.document, '$.entities.' || k.entity || '.types'))
END;

-- Until now a preset and the saving of any tab reviewed what nobody was shown. So of
-- the names only those count as accepted of which an app is served something.
UPDATE bag_keys SET accepted = EXISTS (
    SELECT 1 FROM reviews AS r WHERE r.entity = bag_keys.entity AND r.bag = bag_keys.bag AND r.name = bag_keys.name
);
