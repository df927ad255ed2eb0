"""Columns that a measure needs and a log has not: made by asking, before anything is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from shall import adapters, registry
from shall.core.errors import DataError
from shall.core.log import Binding, Log
from shall.core.requirement import MeasureCall, Requirement
from shall.phases.datasets.asking import Material, Question, ask
from shall.phases.parts import FEATURE, answer_of

MOST: Final = 1_000_000                     # rows that are asked about: the first ones
OF_ROWS: Final = ("duplicates", "near_duplicates", "conflicts", "shared", "flips", "churn",
                  "domain", "propensity")   # probes that read every column


@dataclass(frozen=True, slots=True)
class Asked:
    """What may be learned from, what `over feature` means, what columns are, and how to open another log."""

    features: tuple[str, ...]
    each: tuple[str, ...]
    binding: Binding
    other: Callable[[str], Log] | None = None


def probed(log: Log, requirements: Sequence[Requirement], asked: Asked) -> tuple[Log, tuple[str, ...]]:
    """The log, wider by what its requirements ask of it, and what had no answer, as sentences.

    Where there is no answer the column is empty, and a measure that stands on it is not available.
    """
    questions = {question.answer: question for requirement in requirements for call in requirement.measures
                 for question in _questions(requirement, call, asked.each)}
    if not questions:
        return log, ()
    table = table_of(log, _wanted(log, list(questions.values()), asked))
    some = table.slice(0, MOST)
    other = asked.other
    material = Material(some, asked.binding, asked.features,
                        None if other is None else lambda name: table_of(other(name), None))
    made, failed = {}, dict[str, dict[str, None]]()
    for answer, question in questions.items():
        try:
            found = np.asarray(ask(question, material), dtype=np.float64)
            made[answer] = pa.concat_arrays([pa.array(found, from_pandas=True),
                                             pa.nulls(len(table) - len(some), pa.float64())])
        except DataError as error:
            made[answer] = pa.nulls(len(table), pa.float64())
            failed.setdefault(str(error), {})[question.call] = None
    content = "\n".join((*questions, "--", *asked.features)).encode()
    wider = adapters.WiderLog(log, pa.table(made), hashlib.sha256(content).hexdigest(), log.name)
    return wider, tuple(f"{', '.join(calls)} {'have' if len(calls) > 1 else 'has'} no answer: {error}"
                        for error, calls in failed.items())


def _questions(requirement: Requirement, call: MeasureCall, each: Sequence[str]) -> Iterator[Question]:
    card = registry.card(call.name)
    if not card.probe:
        return
    by_feature = any(FEATURE in grouping for grouping in requirement.over)
    for column in each if by_feature else call.columns or ("",):
        answer = answer_of(requirement, call, column if by_feature else "")
        yield Question(card.probe, answer, str(call), column, requirement.against or "")


def _wanted(log: Log, questions: Sequence[Question], asked: Asked) -> list[str]:
    if any(question.probe in OF_ROWS for question in questions):
        return list(log.schema.names)
    label = [name for name in (asked.binding.column("label"),) if name]
    return list(dict.fromkeys([*(question.column for question in questions if question.column), *label,
                               *asked.features]))


def table_of(log: Log, names: Sequence[str] | None) -> pa.Table:
    """Some columns of a log in memory; all of them where none is named."""
    wanted = log.schema.names if names is None else list(names)
    return pa.Table.from_batches(log.batches(wanted), pa.schema([log.schema.field(name) for name in wanted]))
