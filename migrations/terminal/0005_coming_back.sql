-- A terminal restored from an old copy comes back under a new name, and of two lines of a log one holds.

-- Entries that stood in a log of which another line holds: kept as they were, for whoever must look one day.
CREATE TABLE set_aside (
    no INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    cmd BLOB NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- The name this terminal asks to be let in under, until it was and all that follows is done.
CREATE TABLE coming_back (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name INTEGER NOT NULL
) STRICT;

-- Checks whose rows tell of entries that were set aside, until they are written anew.
CREATE TABLE stale_check (
    chk BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
