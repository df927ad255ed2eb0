"""The largest share of rows that can be answered with at most so many wrong among them: a line, and a promise.

Rows are answered where the model is at least as sure as the line. With the confidence that is asked for, over the
held-out rows that it was made of, the share of wrong answers among all future rows that are answered is at most
``risk``. A line that is only put where the held-out rows show that risk breaks it about every second time, for it is
the luckiest of many.

Candidates for the line are scores of held-out rows, one each percent. Given the score at a rank, the rows above it are
a sample of all that it would answer, so the exact binomial tail is a p-value of "more than ``risk`` of them are wrong".
The candidates are tested from the surest to the least sure, what was not used up is carried on, and the last one that
passes is the line. Where groups are given, a candidate must pass in each of them: no group is answered worse than
promised, and no group needs to be known when predicting.

Reference: Geifman and El-Yaniv (2017), "Selective classification for deep neural networks", section 3 and lemma 3.1;
Angelopoulos, Bates, Candès, Jordan and Lei (2021), "Learn then Test", section 2.2 and example 2 (fixed sequence).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError, InputError
from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.task import Floats
from shall.stats.sequences import fallback
from shall.stats.special import binomial_tail

CONFIDENCE: Final = 0.95
STEPS: Final = 100                          # candidates, by rank: one each percent
STARTS: Final = ((0.1, 0.1), (0.3, 0.7), (0.6, 0.2))    # from which share of rows on which part of the level is used
FEWEST: Final = 30                          # rows of a group that its risk is promised for
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RiskControl:
    """The line, what is promised of it, and the share of the held-out rows above it, by group too."""

    line: float                             # infinite where no line could be promised: nothing is answered
    risk: float
    confidence: float
    coverage: float
    rows: int                               # that it was made of
    groups: tuple[tuple[str, float], ...] = ()      # each group that the promise holds in, and its share answered

    def __call__(self, sure: Floats) -> Bools:
        """bool[n]: which rows are answered, by how sure the model is, float64[n]; a missing number is not."""
        return np.asarray(np.asarray(sure, dtype=np.float64) >= self.line)

    def described(self) -> dict[str, Any]:
        """As plain data; no line is None."""
        line = self.line if math.isfinite(self.line) else None
        return {"line": line, "risk": self.risk, "confidence": self.confidence, "coverage": self.coverage,
                "rows": self.rows, "groups": [list(pair) for pair in self.groups]}


def fit(sure: Any, wrong: Any, risk: float, confidence: float = CONFIDENCE, groups: Any = None) -> RiskControl:
    """A line from held-out rows: how sure the model is float64[n] (more is surer), whether it is wrong bool[n].

    ``groups`` text[n]: the promise is then kept in each group of at least ``FEWEST`` rows. InputError for a risk or a
    confidence that is not between 0 and 1; DataError where the columns do not fit together, or are missing values.
    """
    if not 0 < risk < 1 or not 0 < confidence < 1:
        raise InputError(f"risk and confidence lie between 0 and 1; these are {risk:g} and {confidence:g}")
    sure, wrong, of_group, names = _held_out(sure, wrong, groups)
    order = np.argsort(-sure, kind="stable")
    ranked = sure[order]
    ends = _candidates(ranked)
    tested = np.flatnonzero(np.bincount(of_group) >= min(FEWEST, len(sure)))
    if not len(ends) or not len(tested):
        return RiskControl(math.inf, risk, confidence, 0.0, len(sure))
    each = [_p_values(wrong[order], of_group[order] == one, ends, risk) for one in tested]
    p, least = np.max(each, axis=0)
    first = int((least > (1 - confidence) / 2).sum())       # before it so few rows are answered that none would pass
    level = _levels(ends, len(sure), min(first, len(ends) - 1)) * (1 - confidence)
    passed = np.flatnonzero(fallback(p, level))
    line = float(ranked[ends[passed[-1]] - 1]) if len(passed) else math.inf
    answered = sure >= line
    shares = tuple((names[one], float(answered[of_group == one].mean())) for one in tested) if names else ()
    return RiskControl(line, risk, confidence, float(answered.mean()), len(sure), shares)


def nodes(map: RiskControl, sure: Value) -> Value:
    """Whether a row is answered, in a graph."""
    return said.finite(sure) >= map.line if math.isfinite(map.line) else sure > sure


def of(described: Mapping[str, Any]) -> RiskControl:
    """From plain data."""
    line = math.inf if described["line"] is None else described["line"]
    return RiskControl(line, described["risk"], described["confidence"], described["coverage"], described["rows"],
                       tuple((name, share) for name, share in described["groups"]))


def _held_out(sure: Any, wrong: Any, groups: Any) -> tuple[Floats, Bools, NDArray[np.intp], list[str]]:
    sure, wrong = np.asarray(sure, dtype=np.float64), np.asarray(wrong)
    by = None if groups is None else np.asarray(groups)
    if sure.ndim != 1 or wrong.shape != sure.shape or (by is not None and by.shape != sure.shape):
        raise DataError(f"a line takes how sure [n], wrong [n] and groups [n]; these have the shapes {sure.shape}, "
                        f"{wrong.shape}{'' if by is None else f' and {by.shape}'}")
    if not np.isfinite(sure).all() or not np.isin(wrong, (0, 1)).all():
        raise DataError("a line takes held-out rows whose scores are finite and whose answers are right or wrong; "
                        "some are missing")
    if by is None:
        return sure, wrong.astype(bool), np.zeros(len(sure), dtype=np.intp), []
    names, of_group = np.unique(by.astype(np.str_), return_inverse=True)
    return sure, wrong.astype(bool), of_group, names.tolist()


def _candidates(ranked: Floats) -> NDArray[np.intp]:
    """How many rows are answered at each candidate: about one each percent, and never a part of equal scores."""
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True)) + 1 if len(ranked) else np.zeros(0, dtype=np.intp)
    wanted = np.ceil(np.arange(1, STEPS + 1) / STEPS * len(ranked))
    return np.unique(ends[np.searchsorted(ends, wanted, side="right") - 1][wanted >= ends[:1]]) if len(ends) else ends


def _p_values(wrong: Bools, inside: Bools, ends: NDArray[np.intp], risk: float) -> tuple[Floats, Floats]:
    """float64[m]: of "more than ``risk`` of the rows that are answered are wrong", each from those above its score.

    And what it would be if none of them were wrong.
    """
    n, errors = np.append(0, np.cumsum(inside))[ends], np.append(0, np.cumsum(inside & wrong))[ends]
    return np.asarray(binomial_tail(n - errors, n, np.full(len(n), 1 - risk))), np.asarray((1 - risk) ** n)


def _levels(ends: NDArray[np.intp], rows: int, first: int) -> Floats:
    """float64[m]: a part of 1 at each start, and none before the first candidate that could pass."""
    level = np.zeros(len(ends))
    for start, part in STARTS:
        level[min(max(int(np.searchsorted(ends, start * rows)), first), len(ends) - 1)] += part
    return level
