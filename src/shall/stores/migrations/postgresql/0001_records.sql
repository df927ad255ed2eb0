-- Records in a chain, and blobs by digest. Nothing is ever changed or deleted.
-- COLLATE "C": an index of text must not depend on the operating system's idea of an alphabet.
CREATE TABLE shall.record (
    sequence BIGINT PRIMARY KEY CHECK (sequence > 0),
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C",
    body TEXT NOT NULL,
    created TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (kind, subject, key)
);

CREATE INDEX record_by_subject ON shall.record (kind, subject, sequence);

CREATE TABLE shall.blob (
    digest TEXT COLLATE "C" PRIMARY KEY,
    content BYTEA NOT NULL
);

CREATE FUNCTION shall.record_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence IS DISTINCT FROM (SELECT coalesce(max(sequence), 0) + 1 FROM shall.record)
    OR NEW.previous IS DISTINCT FROM
       coalesce((SELECT hash FROM shall.record ORDER BY sequence DESC LIMIT 1), repeat('0', 64)) THEN
        RAISE EXCEPTION 'a record only ever follows the last one';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION shall.stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a % is never changed or deleted', TG_TABLE_NAME;
END $$;

CREATE TRIGGER record_follows BEFORE INSERT ON shall.record FOR EACH ROW EXECUTE FUNCTION shall.record_follows();
CREATE TRIGGER record_stays BEFORE UPDATE OR DELETE ON shall.record FOR EACH ROW EXECUTE FUNCTION shall.stays();
CREATE TRIGGER record_remains BEFORE TRUNCATE ON shall.record FOR EACH STATEMENT EXECUTE FUNCTION shall.stays();
CREATE TRIGGER blob_stays BEFORE UPDATE OR DELETE ON shall.blob FOR EACH ROW EXECUTE FUNCTION shall.stays();
CREATE TRIGGER blob_remains BEFORE TRUNCATE ON shall.blob FOR EACH STATEMENT EXECUTE FUNCTION shall.stays();
