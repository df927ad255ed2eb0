"""The worst slices of a log, looked for once beside whoever asks, and again when the log has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from shall.api.service.bundled import mark
from shall.api.shown.examined import least_of
from shall.api.shown.meanwhile import Meanwhile
from shall.api.shown.rows_at_hand import Readable
from shall.core.errors import InputError, ShallError
from shall.core.requirement import Bound, Number, Requirement
from shall.phases.slices.failing import FailingSlices
from shall.phases.slices.slice_columns import features
from shall.phases.slices.slicing import FEWEST, UNBOUND, Asked, base_of
from shall.subjects import looked_for

INSTEAD: Final = "accuracy"                 # where a measure is no mean over rows
UNBOUND_BELOW: Final = Bound(high=Number(UNBOUND))      # as of a line that was made of a measure alone


@dataclass(frozen=True, slots=True)
class Looking:
    """What is known of the worst slices now. ``lacks``: why there are none to be told; neither: they are looked for."""

    found: FailingSlices | None = None
    lacks: str = ""
    few: int = 0                            # rows that they were looked for in, where these are not all
    instead: str = ""                       # the measure that they were looked for by, where it is not the one asked


@dataclass(slots=True)
class Worst:
    """Searches, one at a time; ``rows``: by the name of a model, and what they stand on."""

    rows: Callable[[str, str], Readable | None]
    meanwhile: Meanwhile = field(default_factory=Meanwhile)

    def of(self, model: tuple[str, str], line: Requirement, place: str = "", patience: float = 0.0) -> Looking:
        """The worst slices by a requirement, as the bundle at a place decides; waits so many seconds for them.

        ``model``: its name, and what its rows stand on.
        """
        rows = self.rows(*model)
        if rows is None:
            return Looking(lacks="There are no rows at hand to look for slices: start the page with --file.")
        seen = (rows.seldom, mark(place) if place else None)
        found = self.meanwhile.of(("worst", model, str(line), place), seen, partial(_searched, rows, line, place),
                                  patience)
        return found or Looking()


def _searched(rows: Readable, line: Requirement, place: str) -> Looking:
    try:
        return Looking(_told(rows, line, place), few=rows.few)
    except ShallError as error:
        if not isinstance(error, InputError):
            return Looking(lacks=str(error))
        first = error
    try:
        return Looking(_told(rows, Requirement.parse(f"{INSTEAD} >= 0"), place), few=rows.few, instead=INSTEAD)
    except ShallError:
        return Looking(lacks=str(first))


def _told(rows: Readable, line: Requirement, place: str) -> FailingSlices:
    """Without slices of too few rows, and without those that are nearly all rows."""
    file, searched = rows.file, rows.searched(line, place)
    opened = searched.opened
    least = least_of(file)
    base = base_of(line) if line.name else replace(base_of(line), bound=UNBOUND_BELOW)
    said = {*(column.name for column in file.columns.values()), *file.scores.values()}  # of an older version, perhaps
    over = [name for name in features(opened.log.schema, opened.binding, None) if name not in said]
    asked = Asked(over, at_least=least if least > FEWEST else None, looked=looked_for(file.subject.target))
    found = rows.slices(searched, base, asked)
    kept = tuple(one for one in found.slices if not 0 < found.judged - one.rows < least and one.n >= least)
    return replace(found, slices=kept, subject=file.subject.name, file=str(file.path or ""))
