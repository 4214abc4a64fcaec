-- Several terminals are one restaurant.

-- Which restaurant this terminal belongs to, and who is master as far as it knows. About this machine only, so it is not
-- in the log. `store` is the id of the terminal that set the restaurant up.
CREATE TABLE membership (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    store INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    master INTEGER NOT NULL,
    -- A person asked for this master.
    pinned INTEGER NOT NULL,
    -- The terminal that let this one in, and its key: whom to trust until the log has come over.
    sponsor INTEGER,
    sponsor_key TEXT
) STRICT;

-- Where other terminals were last reached, or a person said they are; dialled besides what is discovered.
CREATE TABLE neighbour (
    address TEXT PRIMARY KEY,
    -- Unknown for an address a person typed until somebody answered there.
    origin INTEGER,
    typed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a kitchen slip is about: the command of the entry that asked for it, and the station. So that another terminal
-- can tell which tickets were printed.
ALTER TABLE slip ADD COLUMN entry BLOB;
ALTER TABLE slip ADD COLUMN station TEXT;
