"""A log of decisions itself: is it whole, what can be saved of it, and labels that come from a file or a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shall import adapters
from shall.core.errors import InputError, StoreError
from shall.core.store import Head
from shall.stores import decisions
from shall.stores.decisions import LogHead, Salvaged


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


def salvage(folder: str | Path, out: str | Path) -> Salvaged:
    """Save what is whole of a damaged log as a new one; see `stores.decisions.salvage`."""
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"there is no folder {place}")
    return decisions.salvage(place, out)


def label(folder: str | Path, labels: Any, *, on: str = "id", column: str = "label", time: str | None = None,
          source: str = "") -> int:
    """Keep labels of a file, a table of a database or a frame beside the decisions of a log; how many.

    Args:
        folder: the log of decisions; a server may be writing there.
        labels: anything that is a log.
        on: its column of the ids of decisions, or of what their requests were called.
        column: its column of the labels.
        time: its column that says when a label became known; else now.
        source: who says so.
    """
    log = adapters.open_log(labels)
    kept = 0
    with decisions.LabelLog(_existing(folder), decisions.now) as beside:
        for several in decisions.labels_from(log, now=decisions.now(), on=on, label=column, time=time, source=source):
            beside.write(several)
            kept += len(several)
    return kept


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
