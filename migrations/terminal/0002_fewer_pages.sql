-- What a commit costs is the pages it touches. Random keys touch a page for every row; rows in the order they come share
-- one.

-- Which entry a command made: no longer a unique index on `entry` but a table of its own, written some hundreds at a time.
CREATE TABLE done (
    cmd BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO done (cmd, at) SELECT cmd, at FROM entry ORDER BY cmd;

-- The last of a log's entries whose command is in `done`; later ones are found in the log itself.
ALTER TABLE origin ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
UPDATE origin SET listed = coalesce(
    (SELECT max(at) & ((1 << 40) - 1) FROM entry WHERE at > no << 40 AND at < (no + 1) << 40), 0);

CREATE TABLE new_entry (
    at INTEGER PRIMARY KEY,
    cmd BLOB NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
INSERT INTO new_entry SELECT at, cmd, hash, body FROM entry ORDER BY at;
DROP TABLE entry;
ALTER TABLE new_entry RENAME TO entry;

-- Closed checks in the order they were closed, with their ids in an index that is small.
CREATE TABLE new_closed_check (
    no INTEGER PRIMARY KEY,
    chk BLOB NOT NULL UNIQUE,
    date INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    staff TEXT NOT NULL,
    categories TEXT NOT NULL,
    items TEXT NOT NULL,
    find TEXT NOT NULL,
    row TEXT NOT NULL,
    places TEXT NOT NULL
) STRICT;
INSERT INTO new_closed_check (chk, date, closed, hour, staff, categories, items, find, row, places)
    SELECT chk, date, closed, hour, staff, categories, items, find, row, places FROM closed_check ORDER BY date, closed;
DROP TABLE closed_check;
ALTER TABLE new_closed_check RENAME TO closed_check;
CREATE INDEX closed_check_by_date ON closed_check (date, closed);
