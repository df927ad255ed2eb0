"""Two bundles on the same rows: how many decisions differ, and how many right ones became wrong."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import pyarrow as pa

from shall.api.shown.rows_at_hand import AtHand, decided
from shall.core.requirement import Requirement
from shall.core.verdict import Verdict
from shall.phases.check import count
from shall.phases.measuring import judge, prepare
from shall.phases.small_cells import of_verdict
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
    lines = tuple(_lines(file))
    data = cast(Mapping[str, str], {**file.data, OTHER: table})     # a log may be a frame wherever it may be a path
    new = decided(replace(file, requirements=lines, data=data), after, rows)
    examination = prepare(lines, new.binding, file.confidence, new.features)
    tally = count(examination, new.log)
    old_tally = count(examination.compared_with(OTHER), old.log) if OTHER in examination.references else tally
    verdicts = judge(examination, tally, {OTHER: old_tally}, on=datetime.date.today(), phase="check")
    return Flips(tally.rows, new.log.name, tuple(of_verdict(one, least) for one in verdicts))


def _lines(file: ShallFile) -> list[Requirement]:
    """Lines that say nothing but what is measured: a share is at most 100 %."""
    bare = {name: Requirement.parse(f"{name} against {OTHER} <= 100%") for name in ASKED}
    grouped = [((group.name,),) for group in file.groups]
    return [replace(line, name=name, over=over) for over in ((), *grouped) for name, line in bare.items()]
