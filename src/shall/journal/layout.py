"""The files of a log folder, and the small file that says what the folder is."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from shall.core.decisions import Field
from shall.core.errors import StoreError, Unusable
from shall.journal import disk

MARKER: Final = "log.json"
FORMAT: Final = 1
WHAT: Final = "decision log"
DECISIONS, LABELS = "decisions", "labels"
FILE: Final = re.compile(r"(w[1-9]\d{0,5})-(\d{8})\.(journal|parquet)")
NAME: Final = re.compile(r"[0-9a-f]{64}")   # of a log: what its chains begin with, so that parts of two are not mixed
WRITER: Final = re.compile(r"(w[1-9]\d{0,5})\.(?:lock|chain)")


class Part(NamedTuple):
    """A journal or a segment: some rows of one writer."""

    writer: str
    number: int                             # 1, 2, 3, … of the writer
    path: Path
    sealed: bool


def journal_at(folder: Path, writer: str, number: int) -> Path:
    """Where rows are written first."""
    return folder / f"{writer}-{number:08d}.journal"


def segment_at(folder: Path, writer: str, number: int) -> Path:
    """Where the same rows lie when they are sealed."""
    return folder / f"{writer}-{number:08d}.parquet"


def chain_at(folder: Path, writer: str) -> Path:
    """What the segments of a writer were when they were sealed."""
    return folder / f"{writer}.chain"


def lock_at(folder: Path, writer: str) -> Path:
    """Locked by who writes there."""
    return folder / f"{writer}.lock"


def is_log(folder: Path) -> bool:
    """Whether a folder says that it is a log of decisions or of labels, or is one by its files."""
    if lock_at(folder, "w1").exists():
        return True
    try:
        return bool(json.loads((folder / MARKER).read_bytes())["shall"] == WHAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def marked(folder: Path) -> dict[str, Any]:
    """What the folder says of itself. StoreError where that cannot be read, or is of a newer shall."""
    path = folder / MARKER
    try:
        said = json.loads(path.read_bytes())
        known = (said["shall"], said["format"]) == (WHAT, FORMAT) and said["kind"] in (DECISIONS, LABELS)
        known = known and bool(NAME.fullmatch(said["log"])) and fields_of(said["fields"]) is not None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreError(f"{path} does not say that {folder} is a log of decisions: {problem}") from problem
    if not known:
        raise StoreError(f"{path} is of another shall (format {said['format']}; this one reads {FORMAT}), or it was "
                         "changed")
    return dict(said)


def mark(folder: Path, kind: str, fields: Sequence[Field]) -> None:
    """Make the folder and say what it is; once."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARKER).exists():
        _mark(folder, kind, fields)
    if (found := marked(folder)["kind"]) != kind:
        raise Unusable(f"{folder} holds {found}, not {kind}: name another folder")


def _mark(folder: Path, kind: str, fields: Sequence[Field]) -> None:
    said = {"shall": WHAT, "format": FORMAT, "kind": kind, "log": secrets.token_hex(32),
            "fields": [[one.name, one.what] for one in fields]}
    disk.put_first(folder / MARKER, (json.dumps(said, indent=1) + "\n").encode())


def fields_of(told: Iterable[Sequence[str]]) -> tuple[Field, ...]:
    """Fields as they are kept in a header: pairs of a name and what it holds."""
    return tuple(Field(name, what) for name, what in told)          # type: ignore[arg-type]


def parts(folder: Path) -> list[Part]:
    """The rows of a folder by writer and number: a segment, or its journal where it is not sealed yet."""
    found: dict[tuple[str, int], Part] = {}
    for path in folder.iterdir():
        if (match := FILE.fullmatch(path.name)) is None:
            continue
        part = Part(match[1], int(match[2]), path, match[3] == "parquet")
        if part.sealed or (part.writer, part.number) not in found:
            found[part.writer, part.number] = part
    return [found[key] for key in sorted(found, key=lambda key: (int(key[0][1:]), key[1]))]


def writers(folder: Path) -> list[str]:
    """Who ever wrote there."""
    names = [match[1] for path in folder.iterdir() if (match := WRITER.fullmatch(path.name))]
    return sorted({*names, *(part.writer for part in parts(folder))}, key=lambda name: int(name[1:]))

