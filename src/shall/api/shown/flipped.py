"""Two bundles on the same rows: how many decisions differ, and how many right ones became wrong."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.frames import TableLog
from shall.api.opening import Opened, opened
from shall.api.shown.rows_at_hand import AtHand, decided
from shall.api.shown.rows_in_service import InService
from shall.core.errors import InputError
from shall.core.log import Log
from shall.core.requirement import Requirement
from shall.core.verdict import Verdict
from shall.phases.check import count
from shall.phases.measuring import judge, prepare
from shall.phases.slices.small_cells import of_verdict
from shall.spec import ShallFile

OTHER: Final = "other"                      # what the older version is called in the lines
ASKED: Final = ("churn", "negative_flip_rate", "positive_flip_rate")


@dataclass(frozen=True, slots=True)
class Flips:
    """Verdicts without a limit that anybody could break: of all rows first, then by each group."""

    rows: int
    of: str
    found: tuple[Verdict, ...]


def flips(at_hand: AtHand, before: str, after: str, least: int = 1) -> Flips:
    """How the decisions of two bundles differ on the rows at hand. InputError, DataError, Refused."""
    file, rows = at_hand.file, at_hand.data
    old = decided(replace(file, requirements=()), before, rows)
    table = pa.Table.from_batches(old.log.batches(old.log.schema.names), old.log.schema)
    return _told(decided(_against(file, table), after, rows), old.log, least)


def flips_in_service(before: InService, after: InService, least: int = 1) -> Flips:
    """The same of two versions in service, on the rows that both decided: each answered some of them, or would have
    answered them. InputError where there are none, DataError."""
    old, new = before.answered, after.answered
    for rows, one in ((before, old), (after, new)):
        if one.until is None:
            raise InputError(f"{one.words(rows.model)}, so no decision flips")
    places = pc.index_in(new.ids, old.ids)
    shared = places.is_valid()
    if not pc.any(shared).as_py():
        raise InputError(f"{before.model} and {after.model} decided different rows, so no decision flips: the same "
                         "ones are decided by a version that answers and by those in its shadow, or its apprentice")
    said, own = (opened(replace(one.file, requirements=()), one.log).binding.column("decision") for one in (old, new))
    if said is None or own is None:
        raise InputError(f"{after.model if said else before.model} decides nothing, so no decision flips")
    log = TableLog(new.log.table.filter(shared), f"{before.model} and {after.model}")
    column = old.log.table.column(said).take(places.drop_null())
    other = log.table.set_column(log.schema.get_field_index(own), own, column)
    return _told(opened(_against(new.file, other), log), TableLog(other, log.name), least)


def _against(file: ShallFile, other: pa.Table) -> ShallFile:
    """The file with lines that compare with the decisions of another table."""
    data = cast(Mapping[str, str], {**file.data, OTHER: other})     # a log may be a frame wherever it may be a path
    return replace(file, requirements=tuple(_lines(file)), data=data)


def _told(new: Opened, old: Log, least: int) -> Flips:
    lines, confidence = new.file.requirements, new.file.confidence
    examination = prepare(lines, new.binding, confidence, new.features)
    tally = count(examination, new.log)
    old_tally = count(examination.compared_with(OTHER), old) if OTHER in examination.references else tally
    verdicts = judge(examination, tally, {OTHER: old_tally}, on=datetime.date.today(), phase="check")
    return Flips(tally.rows, new.log.name, tuple(of_verdict(one, least) for one in verdicts))


def _lines(file: ShallFile) -> list[Requirement]:
    """Lines that say nothing but what is measured: a share is at most 100 %."""
    bare = {name: Requirement.parse(f"{name} against {OTHER} <= 100%") for name in ASKED}
    grouped = [((group.name,),) for group in file.groups]
    return [replace(line, name=name, over=over) for over in ((), *grouped) for name, line in bare.items()]
