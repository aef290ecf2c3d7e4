-- +goose Up
-- Of which students nothing goes to an app, or to any (no app_id). Users are meant by
-- their ids, which no other record ever gets; they need not be in the roster now. What
-- is of one app goes with the app, whose id no other ever gets.
CREATE TABLE opt_outs (
    user_id bigint NOT NULL,
    app_id text COLLATE "C" REFERENCES apps (id) ON DELETE CASCADE,
    actor text NOT NULL,
    reason text NOT NULL,
    added_at text COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX opt_outs_once ON opt_outs (user_id, coalesce(app_id, ''));

CREATE INDEX opt_outs_app ON opt_outs (app_id, user_id);
