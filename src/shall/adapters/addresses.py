"""Addresses of logs in databases: `warehouse.duckdb?table=decisions`, `postgresql://host/db?sql=select%20…`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from shall.core.errors import DataError

LOCAL: Final = {"duckdb": "duckdb", "sqlite": "sqlite"}
SUFFIXES: Final = (".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db")
SQLITE: Final = b"SQLite format 3\0"        # the first bytes
DUCKDB: Final = b"DUCK"                     # from the ninth byte


@dataclass(frozen=True, slots=True)
class Address:
    """A database and what is read of it: a table, or a query."""

    engine: str                             # duckdb, sqlite, or the scheme of a server
    place: str                              # a path, or the address of a server
    table: str = ""
    sql: str = ""

    @property
    def name(self) -> str:
        """What to call it in a message: without a password."""
        parts = urlsplit(self.place)
        shown = self.place if parts.password is None else self.place.replace(f":{parts.password}@", ":…@")
        return f"{shown} ({self.table or self.sql})" if self.table or self.sql else shown

    @property
    def query(self) -> str:
        """The query as a part of another one, where only a question can stand."""
        return f"({self.sql.rstrip().rstrip(';')}\n)"


def address_of(text: str) -> Address | None:
    """The address that a text is, or None where it is something else."""
    before, mark, query = text.partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True)) if mark else {}
    scheme = before.partition("://")[0].lower() if "://" in before else ""
    if not scheme and not before.lower().endswith(SUFFIXES):
        return None
    table, sql = asked.pop("table", ""), asked.pop("sql", "")
    if table and sql:
        raise DataError(f"{text} names both a table and a query: leave one of both out")
    if scheme and scheme not in LOCAL:
        rest = f"?{urlencode(asked)}" if asked else ""
        return Address(scheme, before + rest, table, sql)
    if asked:
        raise DataError(f"{text}: {next(iter(asked))} is not known there; write ?table=NAME or ?sql=QUERY")
    place = unquote(before[len(scheme) + 3:]) if scheme else before
    return Address(LOCAL[scheme] if scheme else _engine(Path(place)), place, table, sql)


def absent(path: str | Path, what: str = "file") -> DataError:
    """The error for a path at which nothing lies; where a relative one begins is what people mistake."""
    begins = "" if Path(path).is_absolute() else f": a relative path begins at {Path.cwd()}"
    return DataError(f"there is no {what} {path}{begins}")


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def one_of(tables: list[str], place: str) -> str:
    """The only table of a database; DataError where there are more, or none."""
    if len(tables) != 1:
        shown = f"has the tables {', '.join(sorted(tables))}" if tables else "has no table"
        raise DataError(f"{place} {shown}: say which, {place}?table=NAME, or log = {{ table = \"NAME\", in = \"…\" }}")
    return tables[0]


def _engine(path: Path) -> str:
    if not path.is_file():
        raise absent(path)
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(SQLITE):
        return "sqlite"
    if start[8:12] == DUCKDB:
        return "duckdb"
    raise DataError(f"{path} is neither a DuckDB nor a SQLite database")
