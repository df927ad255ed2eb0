"""One bundle in service under a name and a version, and the log that it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from time import perf_counter
from typing import Any, Final, NamedTuple

import numpy as np

from shall.core.decisions import Field, Mode, Record, Sink
from shall.graph.kinds import MISSING, Array
from shall.runtimes.checking import Checking
from shall.runtimes.columns import IN_CHARGE, Columns
from shall.runtimes.deciding import ANSWERED, Deciding, Said
from shall.runtimes.labelling import Taken, text_of
from shall.runtimes.score import Scorer

WHAT: Final = {"id": "text", "time": "date", "latency": "number"}


class Found(NamedTuple):
    """What one version says of some rows."""

    outputs: dict[str, Array]
    said: list[Said]
    values: list[list[Any]]                 # of the rows, for the log
    seconds: float                          # that the graph took for a row


class Version:
    """A bundle in service: never changed, used by many threads.

    ``also``: names of fields that other versions of the name take, so that a row for them is no fault here. ``face``:
    of a branch, the model in whose place it answers: the same rows are taken, and the same columns logged.
    """

    def __init__(self, name: str, version: str, scorer: Scorer, columns: Columns | None = None,
                 also: frozenset[str] = frozenset(), *, face: Scorer | None = None) -> None:
        self.name, self.version, self.model = name, version, f"{name}@{version}"
        self.scorer, self.columns, self.digest = scorer, columns or Columns(), scorer.digest
        self.face = face or scorer
        own = tuple(one for one in self.columns.context if one.name not in self.columns.filled)
        self.filled = tuple(self.columns.filled.items())
        given = tuple(Field(one, WHAT[what]) for one, what in self.filled)      # type: ignore[arg-type]
        self.checking = Checking(self.face, own + given, also)
        self.deciding = Deciding(scorer, self.columns, self.face)
        self.fields: tuple[Field, ...] = (*self.checking.fields, *self.deciding.fields)

    def __call__(self, rows: Any) -> Found:
        """What it says of rows from outside: a list of mappings, or a table of Arrow. Faults."""
        checked = self.checking(rows)
        began = perf_counter()
        outputs = self.scorer.said(checked.packed if self.face is self.scorer else self.scorer.packed(rows))
        took = perf_counter() - began
        said = self.deciding(rows, outputs)
        if checked.unseen:
            said = [one._replace(why=checked.unseen[place]) if place in checked.unseen and one.code == ANSWERED else one
                    for place, one in enumerate(said)]
        return Found(outputs, said, checked.values, took / max(len(checked.values), 1))

    @property
    def taken(self) -> Taken:
        """What may be a label of its decisions."""
        texts = self.columns.labels or tuple(str(text_of(one)) for one in self.deciding.classes)
        if self.columns.positive and self.columns.positive not in texts:    # labels are called otherwise than decisions
            texts = ()
        return Taken(self.columns.kind == "regressor", tuple(texts))

    def warm(self) -> None:
        """Answer once, so that the first request finds everything in place. DataError where it cannot."""
        numbers = [one for one in self.scorer.inputs if one.what != "text"]
        texts = len(self.scorer.inputs) - len(numbers)
        packed: dict[str, Array] = {"numbers": np.full((1, len(numbers)), np.nan)} if numbers else {}
        if texts:
            packed["texts"] = np.full((1, texts), MISSING, dtype=object)
        self.scorer.said(packed)


class Lane:
    """A version that writes into one log, in the order of its columns."""

    def __init__(self, version: Version, sink: Sink, mode: Mode) -> None:
        self.version, self.sink, self.mode = version, sink, mode
        own = [one.name for one in version.fields]
        wanted = [one.name for one in sink.fields if one.name != IN_CHARGE]
        self._beside = any(one.name == IN_CHARGE for one in sink.fields)
        self._order: Callable[[Sequence[Any]], tuple[Any, ...]] = tuple
        if own != wanted:                   # what this version does not have is missing
            places = {name: place for place, name in enumerate(own)}
            getter = itemgetter(*(places.get(name, len(own)) for name in wanted), len(own))
            self._order = lambda values: getter([*values, None])[:-1]
        names = [one.name for one in version.checking.fields]
        self._fill = [(names.index(name), what) for name, what in version.filled]

    def records(self, found: Found, ids: Sequence[str], when: int, request: str,
                in_charge: Sequence[Any] = ()) -> list[Record]:
        """What is logged of the rows."""
        version, logged = self.version, self.version.deciding.logged
        records = []
        for place, (name, values, said) in enumerate(zip(ids, found.values, found.said, strict=True)):
            if self._fill:
                self._filled(values, name, when, found.seconds)
            row = self._order(values + logged(said))
            if self._beside:
                row = (*row, text_of(in_charge[place]))
            records.append(Record(name, when, request, version.model, version.digest, self.mode, row))
        return records

    def _filled(self, values: list[Any], name: str, when: int, seconds: float) -> None:
        made = {"id": name, "time": when, "latency": seconds / self.version.columns.tick}
        for place, what in self._fill:
            if values[place] is None:
                values[place] = made[what]


def columns_of(versions: Sequence[Version], beside: bool = False) -> tuple[Field, ...]:
    """The columns of a log that these versions write. DataError is for the caller: a column of two kinds is told
    by `clashes`."""
    found: dict[str, Field] = {}
    for version in versions:
        for one in version.fields:
            found.setdefault(one.name, one)
    return (*found.values(), *((Field(IN_CHARGE, "text"),) if beside else ()))


def clashes(versions: Sequence[Version]) -> list[str]:
    """Columns that one version logs as another kind than another one."""
    kinds: dict[str, set[str]] = {}
    for version in versions:
        for one in version.fields:
            kinds.setdefault(one.name, set()).add(one.what)
    return sorted(name for name, some in kinds.items() if len(some) > 1)
