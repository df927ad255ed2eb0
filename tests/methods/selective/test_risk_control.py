"""The line keeps its promise on real resplits, where a line that is only put where the rows show the risk does not."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from shall import graph as g
from shall.core.errors import DataError, InputError
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.methods.selective import risk_control
from tests.methods.conftest import FEATURES, rows

Arrays = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]


@cache
def said() -> Arrays:
    """How sure a model is of 16,000 rows of Adult that it did not learn from, whether it is wrong, and the sex."""
    some, others = rows(0, 8000), rows(8000, 16_000)
    encoding = encode.fit(some.table, FEATURES)
    learned = lightgbm.fit(encoding(some.table), some.label, encoding.sizes, classes=2, settings={"rounds": 60})
    P = learned.probabilities(encoding(others.table))
    return P.max(axis=1), P.argmax(axis=1) != others.label, np.where(others.female == 1, "women", "men")


def shown(sure: np.ndarray[Any, Any], wrong: np.ndarray[Any, Any], risk: float) -> float:
    """The naive line: as low as the rows themselves show the risk."""
    order = np.argsort(-sure, kind="stable")
    kept = np.flatnonzero(np.cumsum(wrong[order]) <= risk * np.arange(1, len(sure) + 1))
    return float(sure[order][kept[-1]]) if len(kept) else math.inf


def broken(resplits: int, rows: int, risk: float, grouped: bool = False) -> tuple[float, float, float]:
    """How often the risk above our line, and above the naive one, is more than promised; the mean coverage of ours."""
    sure, wrong, sex = said()
    chance, ours, naive, coverage = np.random.default_rng(0), 0, 0, 0.0
    for _ in range(resplits):
        order = chance.permutation(len(sure))
        some, rest = order[:rows], order[rows:]
        made = risk_control.fit(sure[some], wrong[some], risk, groups=sex[some] if grouped else None)
        answered = made(sure[rest])
        coverage += answered.mean() / resplits
        parts = [answered & (sex[rest] == one) for one in ("men", "women")] if grouped else [answered]
        ours += any(part.any() and wrong[rest][part].mean() > risk for part in parts)
        answered = sure[rest] >= shown(sure[some], wrong[some], risk)
        naive += bool(answered.any() and wrong[rest][answered].mean() > risk)
    return ours / resplits, naive / resplits, coverage


def test_the_promise_holds_in_500_resplits_of_real_rows_and_the_naive_line_breaks_it() -> None:
    ours, naive, coverage = broken(500, 2000, 0.05)
    assert ours <= 0.05
    assert naive >= 0.4
    assert coverage >= 0.6


def test_no_group_is_answered_worse_than_promised() -> None:
    ours, _, coverage = broken(200, 4000, 0.05, grouped=True)
    assert ours <= 0.05
    assert coverage >= 0.5
    sure, wrong, sex = said()
    overall = risk_control.fit(sure, wrong, 0.05)
    assert wrong[overall(sure) & (sex == "men")].mean() > 0.05      # what the promise over all rows does not see


def test_known_answers() -> None:
    sure, none = np.linspace(1, 0.5, 100), np.zeros(100, dtype=bool)
    made = risk_control.fit(sure, none, 0.05)
    assert made.coverage == 1.0 and made.line == 0.5
    fewest = math.ceil(math.log(0.05) / math.log(0.95))             # 59 right ones in a row prove 5 % at 95 %
    assert risk_control.fit(sure[:fewest], none[:fewest], 0.05).coverage == 1.0
    short = risk_control.fit(sure[:fewest - 1], none[:fewest - 1], 0.05)
    assert short.line == math.inf and not short(sure).any()
    late = np.arange(1000) >= 800                                   # all beyond rank 800 are wrong
    made = risk_control.fit(np.linspace(1, 0, 1000), late, 0.05)
    assert 0.8 < made.coverage <= 0.84


def test_equal_scores_are_answered_together_or_not_at_all() -> None:
    sure = np.repeat([0.9, 0.6], [300, 300])
    wrong = np.arange(600) % 3 == 0
    wrong[:300] = False
    made = risk_control.fit(sure, wrong, 0.05)
    assert made.line == 0.9 and made.coverage == 0.5
    assert risk_control.fit(np.full(50, 0.7), np.ones(50, dtype=bool), 0.5).line == math.inf


def test_it_comes_back_from_plain_data_and_a_graph_says_the_same() -> None:
    sure, wrong, sex = said()
    made = risk_control.fit(sure, wrong, 0.05, groups=sex)
    assert [name for name, _ in made.groups] == ["men", "women"]
    never = risk_control.fit(sure[:3], wrong[:3], 0.05)
    for one in (made, never):
        assert risk_control.of(json.loads(json.dumps(one.described()))) == one
        x = g.inputs({"sure": "number"})
        graph = g.compile(x, answered=risk_control.nodes(one, x["sure"]))
        asked = np.append(sure[:500], np.nan)
        np.testing.assert_array_equal(graph({"sure": asked})["answered"], one(asked))


def test_what_cannot_be_a_line_is_refused() -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        risk_control.fit([0.5], [False], 0.0)
    with pytest.raises(DataError, match="the shapes"):
        risk_control.fit([0.5, 0.6], [False], 0.05)
    with pytest.raises(DataError, match="missing"):
        risk_control.fit([0.5, np.nan], [False, True], 0.05)
    assert risk_control.fit([], [], 0.05).line == math.inf
