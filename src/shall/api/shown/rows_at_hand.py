"""The rows that a page may count anew: the log of a shall file, opened once and again when it has changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

import pyarrow as pa

from shall.adapters.frames import TableLog
from shall.adapters.graph import GraphModel
from shall.api.opening import Opened, at_gate, facts_of, file_of, graph_of, log_at, on_rows, opened, source_of
from shall.api.service.bundled import mark
from shall.core.errors import FileError
from shall.core.evidence import Evidence
from shall.core.filters import columns_of
from shall.core.requirement import Requirement
from shall.phases.check import count
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import Examination
from shall.phases.slices.failing import FailingSlices
from shall.phases.slices.slicing import Asked, slices
from shall.spec import ShallFile
from shall.tally import Plan, Tally, compile_plan, terms
from shall.tally.narrowed import joined
from shall.tally.plan import MOST_GROUPS

MOST_CELLS: Final = 2_000_000               # of a tally that is kept in memory
KEPT: Final = 12                            # tallies
MOST_ROWS: Final = 500_000                  # that a bundle has decided, to be kept in memory
OPEN: Final = 24                            # ways of reading the log that are kept


@dataclass(slots=True)
class Rows:
    """The log of a requirement, and what was counted of it since it last changed."""

    opened: Opened
    digest: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    remembered: dict[str, tuple[Evidence, Known | Unmeasured]] = field(default_factory=dict)

    def wide(self, examination: Examination) -> Tally:
        """Counts of all groups crossed, so that what is asked next need not be counted."""
        plan = _wide(examination, self.opened)
        if plan.digest not in self.tallies:
            self._keep(plan, count(replace(examination, plan=plan), self.opened.log))
        return self.tallies[plan.digest]

    def exact(self, examination: Examination) -> Tally:
        """Counts of that alone."""
        plan = examination.plan
        if plan.digest not in self.tallies:
            self._keep(plan, count(examination, self.opened.log))
        return self.tallies[plan.digest]

    def _keep(self, plan: Plan, tally: Tally) -> None:
        while len(self.tallies) >= KEPT or (self.tallies and self._cells() > MOST_CELLS):
            del self.tallies[next(iter(self.tallies))]
        self.tallies[plan.digest] = tally

    def _cells(self) -> int:
        return sum(len(cube.place) for tally in self.tallies.values() for cube in tally.cubes)


class Readable(Protocol):
    """Rows that a page may count anew, and the shall file that says how they are read."""

    data: str
    labels: str

    @property
    def file(self) -> ShallFile:
        """The shall file. FileError."""
        ...

    @property
    def seen(self) -> object:
        """What changes when the file or its rows do."""
        ...

    @property
    def seldom(self) -> object:
        """The same for what takes long to find: it changes no more often than that can be found again."""
        ...

    @property
    def note(self) -> str:
        """Which rows these are, where that has to be said."""
        ...

    def rows(self, requirement: Requirement, place: str = "") -> Rows:
        """The rows as a requirement reads them; with the ``place`` of a bundle, as that decides. ShallError."""
        ...

    def searched(self, requirement: Requirement, place: str = "") -> Rows:
        """Those of them that are looked through for slices."""
        ...

    def slices(self, rows: Rows, base: Requirement, asked: Asked) -> FailingSlices:
        """The worst slices of some that were `searched`. ShallError."""
        ...

    @property
    def few(self) -> int:
        """How many these are, where they are not all; else 0."""
        ...


@dataclass(slots=True)
class AtHand:
    """What may be read: a shall file and its log. ``data``: a log in the place of the one that the file names,
    ``labels``: labels that came later."""

    path: Path
    data: str = ""
    labels: str = ""
    _file: tuple[object, ShallFile] | None = None
    _rows: dict[tuple[str, str, str], tuple[object, Rows]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def file(self) -> ShallFile:
        """The shall file as it is now. FileError."""
        with self._lock:
            seen = mark_of(str(self.path))
            if self._file is None or self._file[0] != seen:
                self._file = (seen, file_of(self.path))
            return self._file[1]

    def rows(self, requirement: Requirement, place: str = "") -> Rows:
        """The log as a requirement reads it; with the ``place`` of a bundle, as that decides its rows now.

        FileError, DataError, InputError, Refused.
        """
        with self._lock:
            seen = (self._seen(self.file), mark(place) if place else None)
            key = (requirement.name, str(requirement), place)
            if key not in self._rows or self._rows[key][0] != seen:
                while len(self._rows) >= OPEN:
                    del self._rows[next(iter(self._rows))]
                file = replace(self.file, requirements=(requirement,))
                found = decided(file, place, self.data) if place else opened(file, self.data or None,
                                                                              self.labels or None)
                self._rows[key] = (seen, Rows(found, found.log.digest()) if not place else _kept(found))
            return self._rows[key][1]

    def searched(self, requirement: Requirement, place: str = "") -> Rows:
        """All of them."""
        return self.rows(requirement, place)

    def slices(self, rows: Rows, base: Requirement, asked: Asked) -> FailingSlices:
        """Looked for here."""
        return slices(rows.opened.log, rows.opened.binding, base, asked, self.file.confidence)

    @property
    def few(self) -> int:
        """0: all are looked through."""
        return 0

    @property
    def subject(self) -> str:
        """The name of its subject; empty where the file cannot be read now."""
        try:
            return self.file.subject.name
        except FileError:
            return ""

    @property
    def source(self) -> str:
        """Where the rows are. InputError where the file does not say."""
        return self.data or source_of(self.file)

    @property
    def seen(self) -> object:
        """What changes when the file or its rows do."""
        return self._seen(self.file)

    @property
    def seldom(self) -> object:
        """The same: a file changes when somebody changes it."""
        return self.seen

    @property
    def note(self) -> str:
        """Nothing: the rows are those that the file names."""
        return ""

    def _seen(self, file: ShallFile) -> object:
        own = [] if self.data else [*file.data.values()]
        places = [*own, *(one for one in (self.data, self.labels) if one)]
        return mark_of(str(self.path)), [(place, mark_of(place)) for place in places], file.subject.model


def decided(file: ShallFile, place: str, data: str = "") -> Opened:
    """What a bundle decides on some rows, else on the gate of a file. InputError, DataError, Refused."""
    model = GraphModel(graph_of(Path(place)), Path(place).name)
    told = (model.name, facts_of(model, Path(place)))
    return on_rows(file, model, told, log_at(file, data)) if data else at_gate(file, model, told)


def _kept(found: Opened) -> Rows:
    """Rows that are decided once, where they fit into memory; else each time that they are counted."""
    digest, some = found.log.digest(), []
    for batch in found.log.batches(found.log.schema.names):
        some.append(batch)
        if sum(one.num_rows for one in some) > MOST_ROWS:
            return Rows(found, digest)
    table = pa.Table.from_batches(some, found.log.schema)
    return Rows(replace(found, log=TableLog(table, found.log.name)), digest)


def mark_of(place: str) -> object:
    """What changes when a file does, or one in a folder; None where nothing is told."""
    path = Path(place)
    try:
        files = [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]
        return [(str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in files]
    except OSError:
        return None


def _wide(examination: Examination, opened: Opened) -> Plan:
    """The same needs with all groups crossed, on the rows of what of their filters is about no group."""
    groups = {group.column: group.name for group in examination.binding.groups}
    needs = [need for parts in examination.parts for part in parts for need in part.needs]
    made = []
    for need in needs:
        left = tuple(term for term in terms(need.where) if not {*columns_of(term)} <= {*groups})
        asked = (groups[column] for term in terms(need.where) for column in columns_of(term) if column in groups)
        crossed = tuple(dict.fromkeys([*need.groups, *asked, *groups.values()]))[:MOST_GROUPS]
        made.append(replace(need, where=joined(left), groups=crossed))
    return compile_plan(made, opened.binding)
