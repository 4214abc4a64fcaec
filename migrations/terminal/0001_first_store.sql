-- A terminal's own store. Migrations are append-only: a file that was ever released is never edited.

-- The logs this store holds, one per terminal; `no` is the local short name of an origin inside `entry.at`.
CREATE TABLE origin (
    no INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    letter TEXT NOT NULL,
    mine INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The truth. `at` is origin.no << 40 | seq, so one origin's log is one stretch of the table.
-- `body` holds the entry's JSON exactly as it was first written; `hash` is BLAKE3(hash before it, body).
CREATE TABLE entry (
    at INTEGER PRIMARY KEY,
    cmd BLOB NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- The folded state as of `upto` ("no:seq" pairs), to start without replaying the years. Always rebuildable.
CREATE TABLE snapshot (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    fold INTEGER NOT NULL,
    upto TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- A check that was settled or cancelled: what lists and reports show of it, and where its entries are.
CREATE TABLE closed_check (
    chk BLOB PRIMARY KEY,
    date INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    staff TEXT NOT NULL,
    -- "|wine|mains|" and "|espresso|steak|": what the bars of a report are drilled down by.
    categories TEXT NOT NULL,
    items TEXT NOT NULL,
    -- Lower-case words people search by.
    find TEXT NOT NULL,
    row TEXT NOT NULL,
    -- Positions in `entry`, ascending, separated by spaces.
    places TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX closed_check_by_date ON closed_check (date, closed);

-- Business days closed by a Z.
CREATE TABLE day_book (
    date INTEGER NOT NULL,
    part INTEGER NOT NULL,
    z TEXT NOT NULL,
    PRIMARY KEY (date, part)
) STRICT, WITHOUT ROWID;

-- The ticket ledger and print outbox. `state`: 0 queued, 1 sending, 2 printed, 3 unknown, 4 dropped.
CREATE TABLE slip (
    job INTEGER PRIMARY KEY,
    printer TEXT NOT NULL,
    backup TEXT,
    -- The printer it was meant for, when it went to the backup instead.
    came_from TEXT,
    state INTEGER NOT NULL,
    kind TEXT NOT NULL,
    chk BLOB,
    title TEXT NOT NULL,
    -- Says POSSIBLE DUPLICATE on paper, because an earlier try may have been printed.
    marked INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '',
    queued INTEGER NOT NULL,
    ended INTEGER,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX slip_waiting ON slip (job) WHERE state < 2;

-- Who is signed in where; only the hash of a token is kept.
CREATE TABLE session (
    token BLOB PRIMARY KEY,
    staff TEXT NOT NULL,
    device TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Wrong PINs in a row, so that a restart does not forgive them.
CREATE TABLE pin_try (
    who TEXT PRIMARY KEY,
    fails INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
