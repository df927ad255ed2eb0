-- Records in a chain, and blobs by digest. Nothing is ever changed or deleted.
CREATE TABLE record (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    key TEXT,
    body TEXT NOT NULL,
    created TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (kind, subject, key)
) STRICT;

CREATE INDEX record_by_subject ON record (kind, subject, sequence);

CREATE TABLE blob (
    digest TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

-- BEFORE INSERT, because INSERT OR REPLACE would delete without calling the delete triggers.
CREATE TRIGGER record_follows BEFORE INSERT ON record
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM record)
  OR NEW.previous IS NOT coalesce((SELECT hash FROM record ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
  OR EXISTS (SELECT 1 FROM record WHERE kind = NEW.kind AND subject = NEW.subject AND key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'a record only ever follows the last one'); END;

CREATE TRIGGER record_stays BEFORE UPDATE ON record
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;

CREATE TRIGGER record_remains BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END;

CREATE TRIGGER blob_is_new BEFORE INSERT ON blob
WHEN EXISTS (SELECT 1 FROM blob WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a blob is never replaced'); END;

CREATE TRIGGER blob_stays BEFORE UPDATE ON blob
BEGIN SELECT RAISE(ABORT, 'a blob is never changed'); END;

CREATE TRIGGER blob_remains BEFORE DELETE ON blob
BEGIN SELECT RAISE(ABORT, 'a blob is never deleted'); END;
