"""What PostgreSQL must have for a store: its migrations and its schema, and errors in the reader's words."""

from __future__ import annotations

from typing import Any, Final

from shall.stores._migrations import steps_of

NUMBER: Final = 0x7368616C                  # "shal": the lock that lets one writer in at a time, in one database
WAIT_S: Final = 30
SETTINGS: Final = (
    "SET search_path = shall",
    f"SET lock_timeout = '{WAIT_S}s'",
    f"SET idle_in_transaction_session_timeout = '{2 * WAIT_S}s'",  # a writer that froze does not keep all others out
    "SET client_min_messages = error",
    # What is acknowledged is on the disk, whatever the server's default; a stricter default stays.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"   # after the lock, the next statement sees its head
LOCK: Final = f"SELECT pg_advisory_xact_lock({NUMBER})"
READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# What is read then comes from the tables themselves.
PAST_INDEXES: Final = "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; " \
                      "SET LOCAL enable_bitmapscan = off"
BY_INDEX: Final = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = on; SET LOCAL enable_indexonlyscan = on"
# By the tables of the catalogue: to_regclass may still answer from what it knew before it waited for the lock.
MADE: Final = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'shall' AND tablename = 'migration')"
VERSION: Final = "SELECT coalesce(max(number), 0) FROM shall.migration"
NO_SCHEMA: Final = "SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'shall')"
FIRST: Final = "CREATE TABLE shall.migration (number BIGINT PRIMARY KEY, applied TIMESTAMPTZ NOT NULL DEFAULT now())"
RULES: Final = """
SELECT c.relname || ' ' || t.tgname, t.tgtype, t.tgenabled = 'O' OR t.tgenabled = 'A', p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = 'shall'::regnamespace AND c.relname IN ('record', 'blob') AND NOT t.tgisinternal
"""
CONSTRAINTS: Final = """
SELECT c.relname || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = 'shall'::regnamespace AND c.relname IN ('record', 'blob') AND k.contype IN ('p', 'u', 'c')
"""
# pg_trigger.tgtype: row 1, before 2, insert 4, delete 8, update 16, truncate 32
TRIGGERS: Final = {"record record_follows": 1 + 2 + 4, "record record_stays": 1 + 2 + 8 + 16,
                   "record record_remains": 2 + 32, "blob blob_stays": 1 + 2 + 8 + 16, "blob blob_remains": 2 + 32}
CONSTRAINED: Final = {"record PRIMARY KEY (sequence)", "record UNIQUE (kind, subject, key)",
                      "record CHECK ((sequence > 0))", "blob PRIMARY KEY (digest)"}


def steps() -> tuple[str, ...]:
    """The numbered SQL, in order."""
    return steps_of("postgresql")


def is_ours(triggers: list[tuple[Any, ...]], constraints: list[tuple[Any, ...]]) -> bool:
    """Whether every trigger is there, at work and does what ours does, and every constraint is there."""
    text = "\n".join(steps())
    return ({name: kind for name, kind, *_ in triggers} == TRIGGERS
            and all(enabled and body in text for _, _, enabled, body in triggers)
            and {constraint for (constraint,) in constraints} == CONSTRAINED)
