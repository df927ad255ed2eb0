"""What a case may turn out to be: the classes that a log, a shall file, its labels and its decisions know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.decisions import LoggedDecisions, logged
from shall.api.service.labelling import FILE, noted
from shall.journal.layout import LABELS, is_log
from shall.runtimes.labelling import TRUTHS, Taken, text_of
from shall.spec import ShallFile

MOST: Final = 100                           # classes that are looked for
ROWS: Final = 500_000                       # of each log
TRUTH: Final = ("false", "true")
DIGITS: Final = ("0", "1")


def known(place: Path, file: ShallFile | None, positive: str = "") -> Taken:
    """What may be a label of the log at a place: as the server noted it there, else what file and logs tell.

    ``positive``: the class that the server calls so. A truth has one name, that of the class, else of the labels.
    A `Taken` of no classes takes nothing: see `lacks`.
    """
    told = noted(place)
    if told is not None and (told.number or told.classes):
        return told
    if file is not None and file.subject.kind == "regressor":
        return Taken(number=True)
    if file is not None and file.subject.classes:
        return Taken(classes=file.subject.classes)
    named = positive or ("" if file is None or file.subject.positive is None else str(file.subject.positive))
    labels = [*([named] if named else []), *_seen(place / LABELS, "label")]
    found = _one_name_each(labels, _seen(place, "decision"))
    return Taken(classes=tuple(sorted(found)) if len(found) > 1 else ())


def _one_name_each(labels: Sequence[str], decided: Sequence[str]) -> Collection[str]:
    """The classes of some labels and of what was decided, which may say true for a label 1."""
    known = {*labels}
    every = [*labels, *decided, *(TRUTH if {*decided} & {*TRUTH} else ())]
    if known - {*TRUTHS}:                   # yes: nobody knows what is no
        return {one for one in every if one in known or one not in TRUTH}
    calls = next((pair for label in labels for pair in (DIGITS, TRUTH) if label in pair), ())
    return {one if one in calls or TRUTHS.get(one) not in calls else TRUTHS[one] for one in every}


def lacks(taken: Taken, place: Path) -> str:
    """Why nothing may be said of a case; empty where something may."""
    if taken.number or taken.classes:
        return ""
    return (f"nobody knows which classes there are, so that a label would be a guess at their names: {place} names "
            f"none, and neither a shall file beside it nor what was decided tells two. shall serve writes them to "
            f"{FILE} there, and shall page --file shall.toml reads those of its [subject]")


def _seen(place: Path, name: str) -> Sequence[str]:
    """The values of a column of a log, as texts; none where they are numbers of all kinds."""
    if not is_log(place):
        return ()
    found: dict[str, None] = {}
    rows = 0
    for column in _columns(place, name):
        for value in pc.unique(column).to_pylist():
            text = text_of(value)
            if text is not None:
                found[text] = None
        rows += len(column)
        if len(found) > MOST:
            return ()
        if rows >= ROWS:
            break
    return [*found]


def _columns(place: Path, name: str) -> Iterator[pa.Array]:
    log = logged(place) if name == "label" else LoggedDecisions(place)
    names = [one for one in (f"decision_{name}", name) if one in log.schema.names][:1]
    for batch in log.batches(names) if names else ():
        column = batch.column(0)
        yield column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
