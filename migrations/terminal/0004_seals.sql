-- Whoever passes a log on can prove that it is its author's.

-- Now and then, and at the end of a log: its author's signature (ed25519, 64 bytes) over the chain up to this entry. A
-- terminal signs its own log when it hands it out, so its own entries have none. Beside the entry, because a table of its
-- own would cost every commit a further page.
ALTER TABLE entry ADD COLUMN seal BLOB;

-- Keys (hex) of the terminals that were there when this one was let in, from the one that let it in: whom to trust until
-- the log has come over.
CREATE TABLE vouched (
    origin INTEGER PRIMARY KEY,
    key TEXT NOT NULL
) STRICT;
