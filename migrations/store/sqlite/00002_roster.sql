-- +goose Up
-- One table per entity of the catalog, one column per stored field. Ids are dense and
-- never reused; a reference holds the id of its target, a list of references the ids
-- with commas between. hash is of the row's content.

CREATE TABLE academic_sessions (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "title" TEXT,
    "type" TEXT,
    "start_date" TEXT,
    "end_date" TEXT,
    "parent" INTEGER,
    "school_year" TEXT,
    metadata TEXT
);

CREATE TABLE orgs (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "name" TEXT,
    "type" TEXT,
    "identifier" TEXT,
    "parent" INTEGER,
    metadata TEXT
);

CREATE TABLE courses (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "school_year" INTEGER,
    "title" TEXT,
    "course_code" TEXT,
    "grades" TEXT,
    "org" INTEGER,
    "subjects" TEXT,
    "subject_codes" TEXT,
    metadata TEXT
);

CREATE TABLE classes (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "title" TEXT,
    "grades" TEXT,
    "course" INTEGER,
    "class_code" TEXT,
    "class_type" TEXT,
    "location" TEXT,
    "school" INTEGER,
    "terms" TEXT,
    "subjects" TEXT,
    "subject_codes" TEXT,
    "periods" TEXT,
    metadata TEXT
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "enabled_user" TEXT,
    "orgs" TEXT,
    "role" TEXT,
    "username" TEXT,
    "user_ids" TEXT,
    "given_name" TEXT,
    "family_name" TEXT,
    "middle_name" TEXT,
    "identifier" TEXT,
    "email" TEXT,
    "sms" TEXT,
    "phone" TEXT,
    "agents" TEXT,
    "grades" TEXT,
    metadata TEXT
);

CREATE TABLE enrollments (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "class" INTEGER,
    "school" INTEGER,
    "user" INTEGER,
    "role" TEXT,
    "primary" TEXT,
    "begin_date" TEXT,
    "end_date" TEXT,
    metadata TEXT
);

CREATE TABLE demographics (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "birth_date" TEXT,
    "sex" TEXT,
    "american_indian_or_alaska_native" TEXT,
    "asian" TEXT,
    "black_or_african_american" TEXT,
    "native_hawaiian_or_other_pacific_islander" TEXT,
    "white" TEXT,
    "demographic_race_two_or_more_races" TEXT,
    "hispanic_or_latino_ethnicity" TEXT,
    "country_of_birth_code" TEXT,
    "state_of_birth_abbreviation" TEXT,
    "city_of_birth" TEXT,
    "public_school_residence_status" TEXT,
    metadata TEXT
);

CREATE TABLE resources (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "vendor_resource_id" TEXT,
    "title" TEXT,
    "roles" TEXT,
    "importance" TEXT,
    "vendor_id" TEXT,
    "application_id" TEXT,
    metadata TEXT
);

CREATE TABLE class_resources (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "title" TEXT,
    "class" INTEGER,
    "resource" INTEGER
);

CREATE TABLE course_resources (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    "sourced_id" TEXT NOT NULL UNIQUE,
    "status" TEXT NOT NULL,
    "date_last_modified" TEXT NOT NULL,
    "title" TEXT,
    "course" INTEGER,
    "resource" INTEGER
);

-- The highest id ever given to a record of an entity.
CREATE TABLE entity_ids (
    entity TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL
);

-- Every import that changed something.
CREATE TABLE generations (
    generation INTEGER PRIMARY KEY,
    committed_at TEXT NOT NULL,
    summary TEXT NOT NULL
);

-- Which records a generation changed, by entity and by field; a key of a bag is
-- written bag.key, and the field '' holds the records that came or went.
CREATE TABLE changes (
    generation INTEGER NOT NULL REFERENCES generations (generation),
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (generation, entity, field)
);

-- The members that imports found in the bags (metadata keys, types of userIds).
-- One that is not present, or not reviewed, is shared with nobody.
CREATE TABLE bag_keys (
    entity TEXT NOT NULL,
    bag TEXT NOT NULL,
    name TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    filled INTEGER NOT NULL,
    present boolean NOT NULL,
    reviewed boolean NOT NULL,
    PRIMARY KEY (entity, bag, name)
);
