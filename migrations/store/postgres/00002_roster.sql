-- +goose Up
-- One table per entity of the catalog, one column per stored field. Ids are dense and
-- never reused; a reference holds the id of its target, a list of references the ids
-- with commas between. hash is of the row's content.

CREATE TABLE academic_sessions (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "title" text COLLATE "C",
    "type" text COLLATE "C",
    "start_date" text COLLATE "C",
    "end_date" text COLLATE "C",
    "parent" bigint,
    "school_year" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE orgs (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "name" text COLLATE "C",
    "type" text COLLATE "C",
    "identifier" text COLLATE "C",
    "parent" bigint,
    metadata jsonb
);

CREATE TABLE courses (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "school_year" bigint,
    "title" text COLLATE "C",
    "course_code" text COLLATE "C",
    "grades" text COLLATE "C",
    "org" bigint,
    "subjects" text COLLATE "C",
    "subject_codes" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE classes (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "title" text COLLATE "C",
    "grades" text COLLATE "C",
    "course" bigint,
    "class_code" text COLLATE "C",
    "class_type" text COLLATE "C",
    "location" text COLLATE "C",
    "school" bigint,
    "terms" text COLLATE "C",
    "subjects" text COLLATE "C",
    "subject_codes" text COLLATE "C",
    "periods" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE users (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "enabled_user" text COLLATE "C",
    "orgs" text COLLATE "C",
    "role" text COLLATE "C",
    "username" text COLLATE "C",
    "user_ids" jsonb,
    "given_name" text COLLATE "C",
    "family_name" text COLLATE "C",
    "middle_name" text COLLATE "C",
    "identifier" text COLLATE "C",
    "email" text COLLATE "C",
    "sms" text COLLATE "C",
    "phone" text COLLATE "C",
    "agents" text COLLATE "C",
    "grades" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE enrollments (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "class" bigint,
    "school" bigint,
    "user" bigint,
    "role" text COLLATE "C",
    "primary" text COLLATE "C",
    "begin_date" text COLLATE "C",
    "end_date" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE demographics (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "birth_date" text COLLATE "C",
    "sex" text COLLATE "C",
    "american_indian_or_alaska_native" text COLLATE "C",
    "asian" text COLLATE "C",
    "black_or_african_american" text COLLATE "C",
    "native_hawaiian_or_other_pacific_islander" text COLLATE "C",
    "white" text COLLATE "C",
    "demographic_race_two_or_more_races" text COLLATE "C",
    "hispanic_or_latino_ethnicity" text COLLATE "C",
    "country_of_birth_code" text COLLATE "C",
    "state_of_birth_abbreviation" text COLLATE "C",
    "city_of_birth" text COLLATE "C",
    "public_school_residence_status" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE resources (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "vendor_resource_id" text COLLATE "C",
    "title" text COLLATE "C",
    "roles" text COLLATE "C",
    "importance" text COLLATE "C",
    "vendor_id" text COLLATE "C",
    "application_id" text COLLATE "C",
    metadata jsonb
);

CREATE TABLE class_resources (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "title" text COLLATE "C",
    "class" bigint,
    "resource" bigint
);

CREATE TABLE course_resources (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL,
    "sourced_id" text COLLATE "C" NOT NULL UNIQUE,
    "status" text COLLATE "C" NOT NULL,
    "date_last_modified" text COLLATE "C" NOT NULL,
    "title" text COLLATE "C",
    "course" bigint,
    "resource" bigint
);

-- The highest id ever given to a record of an entity.
CREATE TABLE entity_ids (
    entity text COLLATE "C" PRIMARY KEY,
    last_id bigint NOT NULL
);

-- Every import that changed something.
CREATE TABLE generations (
    generation bigint PRIMARY KEY,
    committed_at text COLLATE "C" NOT NULL,
    summary jsonb NOT NULL
);

-- Which records a generation changed, by entity and by field; a key of a bag is
-- written bag.key, and the field '' holds the records that came or went.
CREATE TABLE changes (
    generation bigint NOT NULL REFERENCES generations (generation),
    entity text COLLATE "C" NOT NULL,
    field text COLLATE "C" NOT NULL,
    records bytea NOT NULL,
    PRIMARY KEY (generation, entity, field)
);

-- The members that imports found in the bags (metadata keys, types of userIds).
-- One that is not present, or not reviewed, is shared with nobody.
CREATE TABLE bag_keys (
    entity text COLLATE "C" NOT NULL,
    bag text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    first_seen text COLLATE "C" NOT NULL,
    last_seen text COLLATE "C" NOT NULL,
    filled bigint NOT NULL,
    present boolean NOT NULL,
    reviewed boolean NOT NULL,
    PRIMARY KEY (entity, bag, name)
);
