-- +goose Up
-- What OneRoster 1.2 has and 1.1 has not. A user has the role and the orgs of 1.1, too: an
-- import makes them of the roles.
ALTER TABLE users ADD COLUMN "user_master_identifier" TEXT;
ALTER TABLE users ADD COLUMN "preferred_first_name" TEXT;
ALTER TABLE users ADD COLUMN "preferred_middle_name" TEXT;
ALTER TABLE users ADD COLUMN "preferred_last_name" TEXT;
ALTER TABLE users ADD COLUMN "primary_org" INTEGER;
ALTER TABLE users ADD COLUMN "pronouns" TEXT;

CREATE TABLE user_profiles (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "user" INTEGER,
    "profile_type" TEXT,
    "vendor_id" TEXT,
    "application_id" TEXT,
    "description" TEXT
);

CREATE TABLE roles (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "user" INTEGER,
    "role_type" TEXT,
    "role" TEXT,
    "begin_date" TEXT,
    "end_date" TEXT,
    "org" INTEGER,
    "user_profile" INTEGER
);

CREATE TABLE user_resources (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "user" INTEGER,
    "org" INTEGER,
    "class" INTEGER,
    "resource" INTEGER
);
