"""Any slice of a check, answered from the tally that the check kept where that holds it, else counted anew."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final, cast

from shall.api.keeping import KIND
from shall.api.opening import opened
from shall.api.service.bundled import mark
from shall.api.shown import examined
from shall.api.shown.comparing import sides, verdicts_of
from shall.api.shown.examined import Examined, least_of, types_of
from shall.api.shown.meanwhile import Meanwhile
from shall.api.shown.rows_at_hand import AtHand, Rows
from shall.api.shown.worst import Looking, Worst
from shall.core.errors import DataError, InputError, ShallError
from shall.core.evidence import Evidence
from shall.core.filters import Filter, columns_of
from shall.core.log import Binding
from shall.core.parse import parse_filter
from shall.core.requirement import Requirement
from shall.core.store import Record, Store
from shall.core.verdict import Verdict
from shall.phases.drilling import Drilled, Ground, drill
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import Examination, prepare
from shall.spec.adding import ODD
from shall.tally import Tally, derived
from shall.tally.narrowed import Types

NO_ROWS: Final = ("The tally of the check does not hold this, and there are no rows at hand to count: start the page "
                  "with --file, and --data.")
OTHER_ROWS: Final = "The counts of this check do not hold this, and the rows at hand are not those that it counted."
ROWS: Final = "rows"                        # in place of the number of a check: the rows at hand
LONGEST: Final = 60                         # letters of a name that is made
DRILLS: Final = 64                          # slices that are held in memory
KEPT: Final = 8                             # tallies of checks that are held in memory


@dataclass(frozen=True, slots=True)
class Stand:
    """What the figures of a slice stand on. ``read``: whether rows were counted for them; ``at``: of the check."""

    record: int = 0                         # of the store; 0: no check
    at: str = ""
    rows: int = 0
    log: str = ""
    read: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """A slice, what it stands on, and how many rows a cell must have to be shown."""

    drilled: Drilled
    stand: Stand
    least: int
    types: Types
    binding: Binding


def drilling_of(store: Store | None, file: str, data: str) -> Drilling:
    """The one `Drilling` of a store, a shall file and a log in the place of that of the file."""
    return _one(cast(Hashable, store), file, data)


@lru_cache(maxsize=4)
def _one(store: Any, file: str, data: str) -> Drilling:
    at_hand = AtHand(Path(file), data) if file else None
    return Drilling(store, lambda model: at_hand if at_hand is not None and at_hand.subject == model else None)


@dataclass(slots=True)
class _Checked:
    """A check that was kept."""

    record: Record
    asked: Examined
    tally: Tally
    verdicts: Mapping[str, Verdict]
    remembered: dict[str, tuple[Evidence, Known | Unmeasured]] = field(default_factory=dict)


@dataclass(slots=True)
class Drilling:
    """Slices of what a store knows; ``at_hand``: rows by the name of a model, where there are some."""

    store: Store | None
    at_hand: Callable[[str], AtHand | None] = lambda _: None
    now: Callable[[], datetime.date] = datetime.date.today
    meanwhile: Meanwhile = field(default_factory=Meanwhile)
    worst: Worst = field(init=False)
    _checks: dict[int, _Checked] = field(default_factory=dict)
    _drills: dict[Hashable, Drill] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.worst = Worst(self.at_hand, self.meanwhile)

    def requirements(self, model: str) -> tuple[Requirement, ...]:
        """What can be asked of a model: the requirements of its newest check, and those of its file. ShallError."""
        checked, rows = self.checked(model), self.at_hand(model)
        asked = () if checked is None else checked.asked.requirements
        of_file = () if rows is None else rows.file.requirements
        names = {one.name for one in asked}
        return (*asked, *(one for one in of_file if one.name not in names))

    def line(self, model: str, name: str) -> Requirement:
        """The requirement of a name. InputError."""
        found = next((one for one in self.requirements(model) if one.name == name), None)
        if found is None:
            raise InputError(f"{model} has no requirement {name}")
        return found

    def drill(self, model: str, name: str, where: str = "", of: str = "") -> Drill:
        """A requirement of a model in a slice.

        ``of``: the number of the check that it stands on, or `ROWS` for the rows at hand as they are; else the newest
        check. FileError for a filter that cannot be read, InputError, DataError.
        """
        chosen = parse_filter(where) if where.strip() else None
        checked, at_hand = None if of == ROWS else self.checked(model, of), self.at_hand(model)
        line, place = self.line(model, name), self.place(model, of)
        seen = (model, str(line), str(chosen or ""), 0 if checked is None else checked.record.sequence, place,
                str(at_hand and at_hand.seen), self.now())
        if seen not in self._drills:
            while len(self._drills) >= DRILLS:
                del self._drills[next(iter(self._drills))]
            self._drills[seen] = _Work(checked, at_hand, line, place).drilled(chosen, self.now())
        return self._drills[seen]

    def worst_slices(self, model: str, name: str, of: str = "", patience: float = 0.0) -> Looking:
        """The worst slices by a requirement in the rows of a check; waits so many seconds for them. InputError."""
        place, checked = self.place(model, of), None if of == ROWS else self.checked(model, of)
        line, rows = self.line(model, name), self.at_hand(model)
        if checked is not None and rows is not None and rows.rows(line, place).digest != checked.record.body["log"]:
            return Looking(lacks=f"{OTHER_ROWS} Choose \"the rows at hand\" to look for slices there.")
        return self.worst.of(model, line, place, patience)

    def place(self, model: str, of: str = "") -> str:
        """Where the bundle lies that decided on the rows of a check; empty where it was none, or is not there."""
        checked = None if of == ROWS else self.checked(model, of)
        if checked is None or self.store is None:
            return ""
        known = sides(self.store, model, checked.record.sequence)
        place = known[0].place if known else ""
        return place if place and mark(place) is not None else ""

    def name_for(self, model: str, line: Requirement) -> str:
        """A name that no requirement of a model has yet, made of the measure and the columns of a line."""
        columns = columns_of(line.where) if line.where is not None else ()
        words = ODD.sub("_", "_".join((line.measures[0].name, "where", *columns)).lower()).strip("_")[:LONGEST]
        taken = {one.name for one in self.requirements(model)}
        return next(tried for number in count(1) if (tried := words if number == 1 else f"{words}_{number}")
                    not in taken)

    def least(self, model: str) -> int:
        """How many rows a cell of a model must have to be shown: the greatest that its check or its file says."""
        checked, rows = self.checked(model), self.at_hand(model)
        return max(1 if checked is None else checked.asked.least, 1 if rows is None else least_of(rows.file))

    def checked(self, model: str, of: str = "") -> _Checked | None:
        """A check of a model, the newest one where none is said; None where there is none whose counts can be read."""
        if self.store is None:
            return None
        record = next((one for one in self.store.records(KIND, model) if str(one.sequence) == of), None) if of else \
            self.store.latest(KIND, model)
        if record is None:
            return None
        if record.sequence not in self._checks:
            found = _read(self.store, record, self.at_hand(model))
            if found is None:
                return None
            while len(self._checks) >= KEPT:
                del self._checks[next(iter(self._checks))]
            self._checks[record.sequence] = found
        return self._checks[record.sequence]


@dataclass(slots=True)
class _Work:
    """One drill: where each count comes from."""

    checked: _Checked | None
    at_hand: AtHand | None
    requirement: Requirement
    place: str = ""                         # of the bundle that decided on the rows of the check
    _rows: Rows | None = None
    _read: bool = False
    _other: str = ""                        # why the rows at hand are not those of the check

    def drilled(self, where: Filter | None, on: datetime.date) -> Drill:
        self._expect(where)
        found = drill(self.requirement, where, self._ground(on))
        return Drill(found, self._stand(), self._ground(on).least, self._types(), self._binding())

    def _ground(self, on: datetime.date) -> Ground:
        asked = None if self.checked is None else self.checked.asked
        least = max(1 if asked is None else asked.least, 1 if self.at_hand is None else least_of(self.at_hand.file))
        confidence = asked.confidence if asked is not None else self._open().opened.file.confidence
        remembered = self._open().remembered if self.checked is None else self.checked.remembered
        recorded = None if self.checked is None else self.checked.verdicts.get(self.requirement.name)
        same = recorded is not None and str(recorded.requirement) == str(self.requirement)
        return Ground(self._binding(), self._types(), confidence, self._counted, on,
                      1 if asked is None else asked.looks, least, remembered, recorded if same else None)

    def _counted(self, examination: Examination) -> Tally | str:
        types = self._types()
        if self.checked is not None:
            found = derived(self.checked.tally, examination.plan, types)
            if found is not None:
                return found
        if self.at_hand is None:
            return NO_ROWS
        rows = self._open()
        if self._other:                     # never two logs in one picture
            return OTHER_ROWS
        self._read = True
        return derived(rows.wide(examination), examination.plan, types) or rows.exact(examination)

    def _open(self) -> Rows:
        if self.at_hand is None:
            raise InputError("nothing was checked yet whose counts were kept, and there are no rows at hand: run "
                             "`shall check`, or start the page with --file")
        if self._rows is None:
            self._rows = self.at_hand.rows(self.requirement, self.place)
            if self.checked is not None and self._rows.digest != self.checked.record.body["log"]:
                self._other = "the log at hand is not that of the check"
            elif self.checked is not None and self._rows.opened.binding != self.checked.asked.plan.binding:
                self._other = "the log at hand is read otherwise than that of the check"
        return self._rows

    def _expect(self, where: Filter | None) -> None:
        """InputError for a column that nobody has."""
        known = self._types() if self.at_hand is None else self._open().opened.log.schema.names
        strange = [name for name in columns_of(where) if name not in known] if where is not None else []
        if strange and (self.at_hand is not None or known):
            raise InputError(f"there is no column {strange[0]}; there are: {', '.join(known)}")

    def _binding(self) -> Binding:
        return self.checked.asked.plan.binding if self.checked is not None else self._open().opened.binding

    def _types(self) -> Types:
        if self.checked is not None and self.checked.asked.types:
            return self.checked.asked.types
        return types_of(self._open().opened.log.schema) if self.at_hand is not None else {}

    def _stand(self) -> Stand:
        if self.checked is None:
            rows = self._open()
            counted = max((tally.rows for tally in rows.tallies.values()), default=0)
            return Stand(rows=counted, log=rows.opened.log.name, read=True, note=self._other)
        record = self.checked.record
        read = self._read or (self._rows is not None and bool(self._rows.tallies))
        log = self._rows.opened.log.name if self._rows is not None and read else ""
        return Stand(record.sequence, record.created, self.checked.tally.rows, log, read)


def _as_the_file_says(record: Record, rows: AtHand) -> Examined | None:
    """A check that was kept before it was kept how rows were read: as the file reads them now, if that is the same."""
    try:
        found = opened(rows.file, rows.data or None, rows.labels or None)
        asked = prepare(rows.file.requirements, found.binding, rows.file.confidence, found.features)
    except ShallError:
        return None
    if asked.plan.digest != record.body["plan"]:
        return None
    return Examined(asked.plan, rows.file.requirements, asked.confidence, 1, least_of(rows.file),
                    types_of(found.log.schema))


def _read(store: Store, record: Record, rows: AtHand | None) -> _Checked | None:
    asked = examined.of(record, store)
    if asked is None and rows is not None:
        asked = _as_the_file_says(record, rows)
    if asked is None:
        return None
    try:
        return _Checked(record, asked, examined.tally_of(record, store, asked.plan), verdicts_of(record))
    except DataError:
        return None
