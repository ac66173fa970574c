-- Version 1. Described in docs/spec/store.md. Never edited after release: write the next number.

-- The truth: one row an object. `encoded` is the object, `id` its hash. The columns from `kind`
-- to `parent` repeat what `encoded` says, for people with an SQL shell; no code reads them.
CREATE TABLE objects (
    arrival INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    encoded BLOB NOT NULL,
    kind INTEGER NOT NULL,
    author BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    created_min INTEGER NOT NULL,
    expires_min INTEGER NOT NULL,
    parent BLOB,
    link TEXT
) STRICT;

-- Ids that must not come back before `remember_until_min`.
CREATE TABLE removed (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    reason TEXT NOT NULL,
    remember_until_min INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Small values of the engine's own.
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last number used: of `arrival`, and of each author's sequence (its key id in hexadecimal).
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Object rows whose bytes no longer hash to their id, kept for whoever wants to know why.
CREATE TABLE damaged (
    number INTEGER PRIMARY KEY,
    arrival ANY,
    id ANY,
    encoded ANY
) STRICT;
