-- A unique index over random command keys cost every commit a page of its own. Which entry a command made now stands in
-- a table of its own, written some dozens at a time.

CREATE TABLE done (
    cmd BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO done (cmd, at) SELECT cmd, at FROM entry ORDER BY cmd;

-- The last of a log's entries whose command is in `done`; later ones are found in the log itself.
ALTER TABLE origin ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;

UPDATE origin SET listed = coalesce(
    (SELECT max(at) & ((1 << 40) - 1) FROM entry WHERE at > no << 40 AND at < (no + 1) << 40), 0);

CREATE TABLE entry_without_index (
    at INTEGER PRIMARY KEY,
    cmd BLOB NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

INSERT INTO entry_without_index SELECT at, cmd, hash, body FROM entry ORDER BY at;

DROP TABLE entry;

ALTER TABLE entry_without_index RENAME TO entry;
