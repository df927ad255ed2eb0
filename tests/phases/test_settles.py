"""What would settle an undecided line: rows, or the word that no rows will."""

from __future__ import annotations

import numpy as np

from shall import stats
from shall.core.log import Binding, Column
from shall.core.requirement import Requirement
from shall.phases.evidence import Known, settles
from shall.phases.parts import take_apart

BINDING = Binding(roles=(("label", Column("y")), ("decision", Column("d"))))


def said(right: int, rows: int) -> str:
    (part,) = take_apart(Requirement.parse("accuracy >= 0.80"), BINDING)
    known = Known(stats.Proportions(k=np.array([right]), n=np.array([rows])), ((),), np.array([rows]),
                  np.ones(1, dtype=bool), None, 0)
    return settles(part, known, 0.80, 0.05, 1)


def test_some_more_rows_settle_it() -> None:
    assert said(810, 1000).startswith("about ") and said(810, 1000).endswith(" more rows")


def test_more_rows_than_anyone_has_are_not_asked_for() -> None:
    told = "not by more rows, it would take over 100 times as many: the value is too near its limit"
    assert said(40_010, 50_000) == told
    assert said(40_090, 50_000).startswith("about ")


def test_many_times_as_many_may_be_few() -> None:
    more = int(said(401, 500).split()[1].replace(",", ""))
    assert 100 * 500 < more < 1_000_000
