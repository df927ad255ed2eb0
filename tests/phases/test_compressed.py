"""Which candidates no other beats, and which goes to the gate first."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from shall import graph as g
from shall.core.evidence import Evidence, Outcome
from shall.core.requirement import Requirement
from shall.core.verdict import Verdict, decide
from shall.phases.compressed import Judged, Tried, broken_of, frontier, ranked

X = g.inputs({"a": "number"})
SMALL, LARGE = g.compile(X, score=X["a"]), g.compile(X, score=(X["a"] * 2.0 + 1.0) * (X["a"] - 3.0))
LINE = Requirement.parse("accuracy >= 0.8")


def verdict(value: float) -> Verdict:
    found = Evidence("accuracy", LINE.aggregate, (), ">=", Outcome.MEASURED, value, value - 0.02, value + 0.02, 100)
    return decide(LINE, [found], datetime.date(2026, 1, 1))


def judged(short: float, objective: float | None = 0.9, better: str = "higher") -> Judged:
    return Judged((verdict(0.9 - short / 10),), (short,), objective, better)


def one(seconds: float, objective: float | None, compiled: g.Compiled = SMALL, **more: Any) -> Tried:
    return Tried("a", compiled, "way", seconds, judged(0.0, objective), (), **more)


def test_none_on_the_frontier_is_beaten_in_all_three() -> None:
    tried = [one(9, 0.90, LARGE), one(5, 0.90), one(5, 0.89), one(2, 0.85, LARGE), one(3, 0.85), one(1, None)]
    assert frontier(tried) == {1, 3, 4, 5}
    less = [replace(one, judged=replace(one.judged, better="lower")) for one in tried]
    assert frontier(less) == {3, 4, 5}


def test_the_fastest_that_was_measured_goes_first_and_of_equals_the_best() -> None:
    tried = [one(9, 0.9, measured=9.0), one(2, 0.80, measured=2.0), one(2, 0.85, measured=2.1),
             one(4, 0.9, measured=4.0), one(1, 0.7), one(1, 0.7, measured=10.0)]
    assert ranked(tried) == [2, 1, 3]
    tried[2] = replace(tried[2], broken=("right",))
    assert ranked(tried) == [1, 3]
    assert ranked(tried[:1]) == []


def test_a_requirement_is_kept_at_its_aim_or_where_the_full_graph_is_no_nearer() -> None:
    assert broken_of(judged(0.0), judged(0.0)) == ()
    assert broken_of(judged(0.5), judged(0.0)) == (verdict(0.9).name,)
    assert broken_of(judged(0.5), judged(0.6)) == ()
    assert broken_of(judged(3.0), judged(3.0)) == (verdict(0.6).name,)    # it is broken for sure
    unknown = replace(judged(0.0), short=(float("inf"),))
    assert broken_of(unknown, unknown) == ()
