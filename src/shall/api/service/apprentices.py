"""`may_take_over`: whether an apprentice has shown, on the rows that others answered, that it may answer itself.

Its log is looked at `LOOKS` times at most: when it has 64 rows with a label, and each time they have doubled. Every
look pays its share of alpha, so that who looks often does not find by chance what is not there.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from shall import adapters
from shall.adapters.frames import TableLog
from shall.api.opening import log_at, opened
from shall.api.service.log_columns import own_columns
from shall.core.errors import ShallError
from shall.core.log import Log
from shall.core.store import Store
from shall.core.verdict import Finding, Verdict, worst
from shall.phases.check import count
from shall.phases.measuring import Examination, judge, prepare
from shall.reports import json
from shall.runtimes.columns import IN_CHARGE
from shall.spec import ShallFile
from shall.tally import Tally

FIRST: Final = 64                           # rows with a label at the first look
LOOKS: Final = 20                           # the last one at 33 million
KIND: Final = "take over"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an apprentice has shown so far."""

    model: str                              # "income@8"
    rows: int
    labelled: int | None                    # None where that was not looked at, because the rows are too few
    look: int                               # the number of this look, 0 where it was none
    verdicts: tuple[Verdict, ...] = ()
    why: str = ""                           # why it could not be asked
    next: int = FIRST                       # rows with a label from which on there is another look

    @property
    def may(self) -> bool:
        """Whether every requirement is met, or waived; undecided never is."""
        return bool(self.verdicts) and worst([one.verdict for one in self.verdicts]) in (Finding.MET, Finding.WAIVED)

    def __str__(self) -> str:
        if self.why:
            return f"{self.model} cannot be asked whether it may take over: {self.why}"
        if not self.look:
            had = f"{self.rows:,} rows" if self.labelled is None else f"{self.labelled:,} rows with a label"
            return f"{self.model} has {had} so far, and is looked at from {self.next:,} with a label on"
        if self.may:
            return f"{self.model} may take over: every requirement is met on {self.labelled:,} rows with a label"
        left = ", ".join(f"{one.requirement.name} is {one.verdict}" for one in self.verdicts
                         if one.verdict not in (Finding.MET, Finding.WAIVED))
        return f"{self.model} may not take over yet: {left}"


def may_take_over(file: ShallFile | None, model: str, log: str | Path, labels: Log | str | Path | None = None, *,
                  after: int = 0, on: datetime.date | None = None, store: Store | None = None,
                  facts: tuple[tuple[str, float], ...] = (), digest: str = "") -> Shown:
    """Hold an apprentice against its requirements, on what it would have decided.

    Args:
        file: the shall file of its bundle; None where that cannot be read.
        model: what it is called, "income@8".
        log: the folder of its log of comparisons.
        labels: labels that came later: a log, or the folder of one.
        after: the number of the last look; there is another one only when rows with a label have doubled since.
        on: the day, for waivers; today.
        store: where the verdicts of each look are kept, under its name.
        facts: of the subject, such as its size.
        digest: of its bundle, kept with the verdicts.

    Raises nothing that bad rows could make: what cannot be asked is told by ``why``.
    """
    if file is None:
        return Shown(model, 0, 0, 0, why="the shall file of its bundle is not there, or cannot be read")
    try:
        shown = _shown(file, model, (log, labels), after, on or datetime.date.today(), facts)
    except ShallError as error:
        return Shown(model, 0, 0, 0, why=str(error).splitlines()[0])
    if store is not None and shown.look:
        store.append(KIND, model, _body(shown, digest), key=f"{digest} look {shown.look}")
    return shown


def _shown(file: ShallFile, model: str, told: tuple[Any, Any], after: int, on: datetime.date,
           facts: tuple[tuple[str, float], ...]) -> Shown:
    log = log_at(file, told[0])
    most = _most(log)
    if _number(most) <= after:              # there is nothing to be read for
        return Shown(model, most, None, 0, next=_due(after))
    labels = None if told[1] is None else log_at(file, told[1])
    subject = opened(own_columns(file, log.schema.names), log, labels)
    rows, labelled = _rows(subject.log, subject.binding.column("label"), file.subject.target is not None)
    look = _number(labelled)
    if look <= after:
        return Shown(model, rows, labelled, 0, next=_due(after))
    binding = replace(subject.binding, facts=facts)
    examination = prepare(file.requirements, binding, file.confidence, subject.features)
    tally = count(examination, subject.log)
    beside = _in_charge(examination, log, labels) if "logged" in examination.references else {}
    found = judge(examination, tally, beside, on=on, phase="check", looks=LOOKS)
    return Shown(model, rows, labelled, look, tuple(one for one in found if "check" in one.requirement.phases))


def _in_charge(examination: Examination, log: Log, labels: Log | None) -> dict[str, Tally]:
    """What `logged` means in a line: the decisions of the one in charge on the same rows, whose scores nobody kept."""
    binding = examination.binding
    asked, column, label = examination.compared_with("logged"), binding.column("decision"), binding.column("label")
    scores = {binding.column("score"), *dict(binding.scores).values()}
    if column is None or IN_CHARGE not in log.schema.names or scores & set(asked.plan.columns):
        return {}
    if labels is not None and label is not None:
        log = adapters.with_late_labels(log, labels, label)[0]
    wanted = [IN_CHARGE if name == column else name for name in asked.plan.columns]
    table = pa.Table.from_batches(log.batches(wanted), pa.schema([log.schema.field(name) for name in wanted]))
    return {"logged": count(asked, TableLog(table.rename_columns(asked.plan.columns), log.name))}


def _rows(log: Log, label: str | None, needed: bool) -> tuple[int, int]:
    """How many rows there are, and how many of them count: those with a label, where the file names one."""
    rows = known = 0
    for batch in log.batches([] if label is None else [label]):
        rows += batch.num_rows
        known += 0 if label is None else batch.num_rows - batch.column(0).null_count
    return rows, known if needed else rows


def _most(log: Log) -> int:
    """How many rows a log has; without reading them, where it knows."""
    known: int | None = getattr(log, "rows", None)
    return sum(batch.num_rows for batch in log.batches([])) if known is None else known


def _due(after: int) -> int:
    """From how many rows with a label on the look after this one is due."""
    return FIRST << min(after, LOOKS)


def _number(labelled: int) -> int:
    """How many looks are due by now."""
    return min((labelled // FIRST).bit_length(), LOOKS)


def _body(shown: Shown, digest: str) -> Mapping[str, Any]:
    return {"look": shown.look, "rows": shown.rows, "labelled": shown.labelled, "digest": digest, "may": shown.may,
            "verdicts": [json.of_verdict(one) for one in shown.verdicts]}
