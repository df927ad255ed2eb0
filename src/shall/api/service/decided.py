"""A log of decisions itself: is it whole, what can be saved of it, and labels that come from a file or a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shall import adapters
from shall.adapters.decisions import unknown
from shall.api.service.labelling import noted, put
from shall.core.errors import DataError, Fault, Faults, InputError, StoreError
from shall.core.store import Head
from shall.journal.layout import MARKER, writers
from shall.runtimes.labelling import MOST, Taken, labelled
from shall.stores import decisions
from shall.stores.decisions import LogHead, Read, Salvaged


@dataclass(frozen=True, slots=True)
class Examined:
    """Whether a log is what was written: its ``head``, or the ``problem`` that names the first bad file."""

    place: str
    head: LogHead | None
    problem: str

    def described(self) -> dict[str, Any]:
        """As plain data."""
        found = self.head
        told = {} if found is None else {"rows": found.rows, "removed": found.removed, "labels": found.labels,
                                         "heads": of_heads(found.heads), "notes": list(found.notes)}
        return {"place": self.place, "whole": found is not None, "problem": self.problem, **told}


def verify(folder: str | Path, known: Mapping[str, Head] | None = None) -> Examined:
    """Read every decision and label again, also while others write there. InputError where there is no log."""
    place = _existing(folder)
    try:
        return Examined(str(place), decisions.verify(place, known), "")
    except StoreError as problem:
        return Examined(str(place), None, str(problem))


def salvage(folder: str | Path, out: str | Path, known: Mapping[str, Head] | None = None) -> Salvaged:
    """Save what is whole of a damaged log as a new one; see `stores.decisions.salvage`."""
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"there is no folder {place}")
    if not ((place / MARKER).exists() or writers(place)):
        raise InputError(f"{place} holds nothing of a log of decisions: name the folder that a server writes, "
                         "decisions/NAME")
    found = decisions.salvage(place, out, known=known)
    if (taken := noted(place)) is not None:
        put(Path(out), taken)
    return found


@dataclass(frozen=True, slots=True)
class Labelled:
    """What became of the rows of a table of labels: how many were ``kept``, and the places of the others, from 0.

    ``checked``: whether the log says which classes there are. ``unknown``: names that no decision of the log has, which
    are kept all the same; None where the log could not be read.
    """

    kept: int
    nameless: Sequence[int]
    unsaid: Sequence[int]
    unknown: Sequence[str] | None
    checked: bool

    def described(self) -> dict[str, Any]:
        """As plain data."""
        unknown = self.unknown or ()
        return {"kept": self.kept, "checked": self.checked, "without_id": len(self.nameless),
                "without_label": len(self.unsaid), "first_without_id": next(iter(self.nameless), None),
                "first_without_label": next(iter(self.unsaid), None),
                "unknown": None if self.unknown is None else len(unknown), "first_unknown": next(iter(unknown), None)}


def label(folder: str | Path, labels: Any, *, on: str = "id", column: str = "label", time: str | None = None,
          source: str = "") -> Labelled:
    """Keep labels of a file, a table of a database or a frame beside the decisions of a log: all, or none.

    Args:
        folder: the log of decisions; a server may be writing there.
        labels: anything that is a log.
        on: its column of the ids of decisions, or of what their requests were called.
        column: its column of the labels.
        time: its column that says when a label became known; else now.
        source: who says so.

    Raises Faults where a label is no class of the log, or no number; nothing is kept then.
    """
    place, log = _existing(folder), adapters.open_log(labels)
    taken = noted(place)

    def read() -> Iterator[Read]:
        return decisions.labels_from(log, now=decisions.now(), on=on, label=column, time=time, source=source)

    if taken is not None:
        _check(read(), taken)
    nameless, unsaid, names = [], [], dict[str, None]()
    kept = 0
    with decisions.LabelLog(place, decisions.now) as beside:
        for some in read():
            if some.labels:
                beside.write(some.labels if taken is None else labelled(some.labels, taken, some.rows))
            kept += len(some.labels)
            nameless += some.nameless
            unsaid += some.unsaid
            names.update(dict.fromkeys(one.decision for one in some.labels))
    return Labelled(kept, nameless, unsaid, _unknown(place, [*names]), taken is not None)


def _check(parts: Iterable[Read], taken: Taken) -> None:
    """Faults with those of all parts, before anything is kept."""
    faults: list[Fault] = []
    for some in parts:
        try:
            labelled(some.labels, taken, some.rows)
        except Faults as found:
            faults += found.faults
        if len(faults) > MOST:
            break
    if faults:
        raise Faults(tuple(faults))


def _unknown(folder: Path, names: Sequence[str]) -> list[str] | None:
    try:
        return unknown(folder, names)
    except DataError:                       # what is wrong there is for `verify` to tell
        return None


def of_heads(heads: Mapping[str, Head]) -> dict[str, dict[str, Any]]:
    """As plain data."""
    return {name: {"sequence": head.sequence, "hash": head.hash} for name, head in heads.items()}


def heads_of(path: str | Path) -> dict[str, Head]:
    """The heads that were kept in a file. InputError where it is none of these."""
    try:
        told = json.loads(Path(path).read_bytes())
        return {str(name): Head(int(head["sequence"]), str(head["hash"]))
                for name, head in told.get("heads", told).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise InputError(f"{path} holds no heads of a log, as `shall log head` prints them: {problem}") from problem


def _existing(folder: str | Path) -> Path:
    place = Path(folder)
    if not decisions.is_log(place):
        raise InputError(f"{place} is no log of decisions: name the folder that a server writes, decisions/NAME")
    return place
