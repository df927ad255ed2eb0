"""Any slice of a check, answered from the tally that the check kept where that holds it, else counted anew."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from shall.api.keeping import KIND
from shall.api.opening import opened
from shall.api.service.bundled import mark
from shall.api.shown import examined
from shall.api.shown.comparing import sides, verdicts_of
from shall.api.shown.decision_by_id import Decision, decision
from shall.api.shown.examined import Examined, least_of, types_of
from shall.api.shown.meanwhile import Meanwhile
from shall.api.shown.remembered import by_number
from shall.api.shown.rows_at_hand import AtHand, Readable, Rows
from shall.api.shown.rows_in_service import KEY as IN_SERVICE
from shall.api.shown.worst import Looking, Worst
from shall.core.errors import DataError, InputError, ShallError
from shall.core.evidence import Evidence
from shall.core.filters import Filter, columns_of
from shall.core.log import Binding
from shall.core.parse import parse_filter
from shall.core.proposals import KINDS, Proposal, proposals
from shall.core.requirement import Requirement
from shall.core.store import Record, Store
from shall.core.verdict import Verdict
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import Examination, prepare
from shall.phases.slices.drilling import Drilled, Ground, drill, held
from shall.spec.naming import named
from shall.spec.problems import did_you_mean
from shall.tally import Tally, derived
from shall.tally.narrowed import Types

if TYPE_CHECKING:
    from shall.api.shown.rows_in_service import InServiceRows

NO_ROWS: Final = "The counts that this check kept do not hold this, and there are no rows at hand to count it in."
SERVED: Final = "The counts that this check kept do not hold this, and its rows are not here."
OTHER_ROWS: Final = "The counts that this check kept do not hold this, and the rows at hand are not those of the check."
ROWS: Final = "rows"                        # in place of the number of a check: the rows at hand
LONG: Final = 19                            # digits of a number that no record has
DRILLS: Final = 64                          # slices that are held in memory
AGAIN: Final = 30.0                         # seconds after which an id that was not found is looked for again
KEPT: Final = 8                             # tallies of checks that are held in memory
Made = TypeVar("Made")


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
    """A slice, what it stands on, and how many rows a cell must have to be shown. ``absent``: why nothing can be told
    that the counts do not hold; ``held``: the groups by which they hold the measure, where they do not hold the slice;
    ``log``: the digest of the rows at hand.
    """

    drilled: Drilled
    stand: Stand
    least: int
    types: Types
    binding: Binding
    absent: str = ""
    held: tuple[str, ...] = ()
    log: str = ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """The groups by which the slice cannot be told, since nothing holds that."""
        return tuple(one.group for one in self.drilled.splits if one.lacks and one.lacks == self.absent)


def drilling_of(store: Store | None, file: str, data: str, served: InServiceRows | None = None, labels: str = "",
                ) -> Drilling:
    """The one `Drilling` of a store, a shall file, a log in the place of that of the file, and rows in service;
    ``labels``: a log of labels that came later."""
    return _one(cast(Hashable, store), file, data, served, labels)


@lru_cache(maxsize=4)
def _one(store: Any, file: str, data: str, served: InServiceRows | None, labels: str) -> Drilling:
    at_hand = AtHand(Path(file), data, labels) if file else None
    return Drilling(store, lambda model: at_hand if at_hand is not None and at_hand.subject == model else None,
                    served=served)


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
    """Slices of what a store knows; ``at_hand``: rows by the name of a model, where there are some; ``served``: those
    of versions in service."""

    store: Store | None
    at_hand: Callable[[str], AtHand | None] = lambda _: None
    now: Callable[[], datetime.date] = datetime.date.today
    served: InServiceRows | None = None
    meanwhile: Meanwhile = field(default_factory=Meanwhile)
    clicks: Meanwhile = field(default_factory=lambda: Meanwhile(1))    # on rows in service: one thing at a time
    worst: Worst = field(init=False)
    _checks: dict[int, _Checked] = field(default_factory=dict)
    _drills: dict[Hashable, Drill] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.worst = Worst(self.rows_of, self.meanwhile)

    def rows_of(self, model: str, of: str = "") -> Readable | None:
        """The rows at hand, or those of a version in service."""
        if of.startswith(IN_SERVICE):
            return None if self.served is None else self.served.at(model, of)
        return self.at_hand(model)

    def stands(self, model: str) -> list[tuple[str, str]]:
        """What a slice can stand on besides checks: what an address says for it, and words."""
        rows = [(ROWS, "the rows at hand, as they are")] if self.at_hand(model) is not None else []
        return [*([] if self.served is None else self.served.keys(model)), *rows]

    def soon(self, model: str, of: str, key: Hashable, work: Callable[[], Made], patience: float) -> Made | None:
        """What work on rows gives. On those in service, which may be many, others wait no longer than their patience:
        None until it is done. ShallError."""
        rows = self.rows_of(model, of) if of.startswith(IN_SERVICE) else None
        return work() if rows is None else self.clicks.of((model, of, key), rows.seen, work, patience)

    def decision(self, model: str, said: str, patience: float) -> Decision | None:
        """The decision of an id in the log of a model in service; None while it is looked for. InputError, DataError.
        """
        place = None if self.served is None else self.served.folder(model)
        if place is None:
            raise InputError("no decision of this model is logged here")
        return self.clicks.of((model, said), int(monotonic() / AGAIN), partial(decision, place, said), patience)

    def requirements(self, model: str, of: str = "") -> tuple[Requirement, ...]:
        """What can be asked of a model: the requirements of a check, the newest where none is said, and those of its
        file; of rows as they are those of the file first. ShallError."""
        if of.startswith(IN_SERVICE):
            rows = self.rows_of(model, of)
            return () if rows is None else rows.file.requirements
        checked, rows = self.checked(model, "" if of == ROWS else of), self.at_hand(model)
        asked = () if checked is None else checked.asked.requirements
        of_file = () if rows is None else rows.file.requirements
        first, then = (of_file, asked) if of == ROWS else (asked, of_file)
        names = {one.name for one in first}
        return (*first, *(one for one in then if one.name not in names))

    def line(self, model: str, name: str, of: str = "") -> Requirement:
        """The requirement of a name. InputError."""
        found = next((one for one in self.requirements(model, of) if one.name == name), None)
        if found is None:
            raise InputError(f"there is no requirement {name} of {model}")
        return found

    def drill(self, model: str, asked: str | Requirement, where: str = "", of: str = "") -> Drill:
        """A requirement of a model, by its name, in a slice; or a line that is none of its requirements yet.

        ``of``: the number of the check that it stands on, or `ROWS` for the rows at hand as they are, or one of
        `stands`; else the newest check. FileError for a filter that cannot be read, InputError, DataError.
        """
        chosen = parse_filter(where) if where.strip() else None
        checked, at_hand = None if _of_rows(of) else self.checked(model, of), self.rows_of(model, of)
        line = self.line(model, asked, of) if isinstance(asked, str) else asked
        place = self.place(model, of)
        seen = (model, of if _of_rows(of) else "",
                str(line), str(chosen or ""), 0 if checked is None else checked.record.sequence, place,
                str(at_hand and at_hand.seen), self.now())
        if seen not in self._drills:
            while len(self._drills) >= DRILLS:
                del self._drills[next(iter(self._drills))]
            lacks = NO_ROWS if self.served is None else SERVED
            self._drills[seen] = _Work(checked, at_hand, line, place, lacks).drilled(chosen, self.now())
        return self._drills[seen]

    def worst_slices(self, model: str, name: str, of: str = "", patience: float = 0.0) -> Looking:
        """The worst slices by a requirement in the rows of a check; waits so many seconds for them. InputError."""
        place, checked = self.place(model, of), None if _of_rows(of) else self.checked(model, of)
        line, rows = self.line(model, name, of), self.rows_of(model, of)
        if checked is not None and rows is not None and rows.rows(line, place).digest != checked.record.body["log"]:
            return Looking(lacks=f"{OTHER_ROWS} Choose \"the rows at hand\" to look for slices there.")
        return self.worst.of((model, of if _of_rows(of) else ""), line, place, patience)

    def place(self, model: str, of: str = "") -> str:
        """Where the bundle lies that decided on the rows of a check; empty where it was none, or is not there."""
        checked = None if _of_rows(of) else self.checked(model, of)
        if checked is None or self.store is None:
            return ""
        known = sides(self.store, model, checked.record.sequence)
        place = known[0].place if known else ""
        return place if place and mark(place) is not None else ""

    def name_for(self, model: str, line: Requirement) -> str:
        """A name that no requirement of a model has yet, and no open proposal, made of a line."""
        words = named(line)
        taken = {one.name for one in self.requirements(model)} | {one.name for one in self._open(model)}
        return next(tried for number in count(1) if (tried := words if number == 1 else f"{words}_{number}")
                    not in taken)

    def asked_already(self, model: str, line: Requirement) -> str:
        """The name by which a line is required of a model, or proposed; empty where it is neither."""
        found = {str(Requirement.parse(str(one))): one.name for one in self.requirements(model)}
        found |= {one.line: one.name for one in self._open(model)}
        return found.get(str(Requirement.parse(str(line))), "")

    def _open(self, model: str) -> list[Proposal]:
        records = () if self.store is None else (one for kind in KINDS for one in self.store.records(kind, model))
        return [one for one in proposals(records) if one.state == "open"]

    def least(self, model: str, of: str = "") -> int:
        """How many rows a cell of a model must have to be shown: the greatest that its check, its file or a bundle that
        serves it says."""
        checked, rows = self.checked(model), self.rows_of(model, of)
        return max(1 if checked is None else checked.asked.least, 1 if rows is None else least_of(rows.file),
                   1 if self.served is None else self.served.least(model))

    def checked(self, model: str, of: str = "") -> _Checked | None:
        """A check of a model, the newest one where none is said; None where there is none whose counts can be read."""
        if self.store is None:
            return None
        number = int(of) if of.isdecimal() and len(of) < LONG else 0
        record = by_number(self.store, KIND, model, number) if of else self.store.latest(KIND, model)
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
    at_hand: Readable | None
    requirement: Requirement
    place: str = ""                         # of the bundle that decided on the rows of the check
    lacks: str = NO_ROWS                    # what is said where neither holds what is asked
    _rows: Rows | None = None
    _read: bool = False
    _other: str = ""                        # why the rows at hand are not those of the check

    def drilled(self, where: Filter | None, on: datetime.date) -> Drill:
        self._expect(where)
        ground = self._ground(on)
        found = drill(self.requirement, where, ground)
        absent = self._absent()
        lacks = absent and where is not None and absent in (found.lacks, found.refused)
        holds = held(self.requirement, ground) if lacks else ()
        return Drill(found, self._stand(), ground.least, self._types(), self._binding(), absent, holds,
                     "" if self._rows is None else self._rows.digest)

    def _absent(self) -> str:
        """Why what the counts do not hold cannot be told; empty where rows can be counted."""
        if self.at_hand is None:
            return self.lacks
        self._open()
        return OTHER_ROWS if self._other else ""    # never two logs in one picture

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
        if absent := self._absent():
            return absent
        rows, self._read = self._open(), True
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
            raise InputError(f"there is no column {strange[0]}; {did_you_mean(strange[0], known, 'there are')}")

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
            note = self._other or ("" if self.at_hand is None else self.at_hand.note)
            return Stand(rows=counted, log=rows.opened.log.name, read=True, note=note)
        record = self.checked.record
        read = self._read or (self._rows is not None and not self._other and bool(self._rows.tallies))
        log = self._rows.opened.log.name if self._rows is not None and read else ""
        return Stand(record.sequence, record.created, self.checked.tally.rows, log, read)


def _of_rows(of: str) -> bool:
    """Whether a slice stands on rows as they are, and on no check."""
    return of == ROWS or of.startswith(IN_SERVICE)


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
