-- +goose Up
-- What OneRoster 1.2 has and 1.1 has not. A user has the role and the orgs of 1.1, too: an
-- import makes them of the roles.
ALTER TABLE users ADD COLUMN "user_master_identifier" text COLLATE "C";
ALTER TABLE users ADD COLUMN "preferred_first_name" text COLLATE "C";
ALTER TABLE users ADD COLUMN "preferred_middle_name" text COLLATE "C";
ALTER TABLE users ADD COLUMN "preferred_last_name" text COLLATE "C";
ALTER TABLE users ADD COLUMN "primary_org" bigint;
ALTER TABLE users ADD COLUMN "pronouns" text COLLATE "C";

CREATE TABLE user_profiles (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "user" bigint,
    "profile_type" text COLLATE "C",
    "vendor_id" text COLLATE "C",
    "application_id" text COLLATE "C",
    "description" text COLLATE "C"
);

CREATE TABLE roles (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "user" bigint,
    "role_type" text COLLATE "C",
    "role" text COLLATE "C",
    "begin_date" text COLLATE "C",
    "end_date" text COLLATE "C",
    "org" bigint,
    "user_profile" bigint
);

CREATE TABLE user_resources (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "user" bigint,
    "org" bigint,
    "class" bigint,
    "resource" bigint
);
