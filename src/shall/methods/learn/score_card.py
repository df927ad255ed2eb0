"""A score card: a few yes-or-no questions with small whole points, whose sum gives a probability.

Numbers become questions "at most t" at quantiles of training and "is missing", categories "is c". The questions are
chosen one by one, each the one that lowers the logistic loss most, then exchanged as long as that helps; then points
and the scale of the sum are found together by rounding and coordinate descent. `lines` is the card as it is read.

Reference: Liu, Zhong, Li, Seltzer and Rudin (2022), "FasterRisk: fast and accurate interpretable risk scores"; Ustun
and Rudin (2019), "Learning optimized risk scores".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.graph import Value, stack
from shall.methods import nodes as said
from shall.methods.learn import _rows
from shall.methods.learn._points import Counted, whole
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

KINDS: Final = ("binary",)
SPACE: Final = (Choice("questions", 8, 2, 15), Choice("points", 5, 2, 10), Choice("cuts", 9, 3, 19))
FEWEST: Final = 0.01                        # part of the rows that must say yes, and that must say no


@dataclass(frozen=True, slots=True)
class Question:
    """About one feature, by its place: ``how`` is "at most", "is" or "missing"."""

    feature: int
    how: str
    value: float

    def __call__(self, X: Floats) -> NDArray[np.bool_]:
        """bool[n]."""
        column = X[:, self.feature]
        if self.how == "missing":
            return np.isnan(column)
        return np.asarray(column <= self.value if self.how == "at most" else column == self.value)


@dataclass(frozen=True, slots=True)
class Learned:
    """The questions, the points of a yes and those that everybody has; ``scale`` points are one unit of log-odds."""

    questions: tuple[Question, ...]
    points: tuple[int, ...]
    base: int
    scale: float
    sizes: tuple[int, ...]

    def score(self, X: Floats) -> NDArray[np.int64]:
        """int64[n]: the points of each row, those that everybody has included."""
        known, found = _rows.known(X, self.sizes), np.full(len(X), self.base, dtype=np.int64)
        for question, points in zip(self.questions, self.points, strict=True):
            found += points * question(known)
        return found

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, 2]."""
        return _rows.probabilities_of((self.score(X) / self.scale)[:, None])

    def lines(self, names: Sequence[str] = (), categories: Mapping[int, Sequence[str]] | None = None) -> Iterator[str]:
        """The card as text: a line a question, then the probability of each sum of points.

        ``names``: of the features; ``categories``: of the codes, by place of the feature.
        """
        for question, points in sorted(zip(self.questions, self.points, strict=True), key=lambda pair: _key(*pair)):
            yield f"{points:+3d}  {_told(question, names, categories or {})}"
        yield f"{self.base:+3d}  everybody"
        lowest, highest = (self.base + sum(f(points, 0) for points in self.points) for f in (min, max))
        for total in range(lowest, highest + 1):
            yield f"{total:3d} points: {_rows.probabilities_of(np.array([[total / self.scale]]))[0, 1]:.1%}"

    def content(self) -> bytes:
        """What was learned, as JSON."""
        card = [[question.feature, question.how, question.value, points]
                for question, points in zip(self.questions, self.points, strict=True)]
        return json.dumps({"card": card, "base": self.base, "scale": self.scale, "sizes": self.sizes}).encode()


def fit(X: Floats, y: NDArray[np.int64], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` int64[n], 0 or 1, from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    InputError where there are not two classes or a setting is none of `SPACE`, DataError where the rows or weights
    are not as they must be.
    """
    if classes != 2:
        raise InputError("a score card tells two classes apart: take additive for more, or for a number")
    asked = chosen(SPACE, settings)
    _rows.check(X, y, weight)
    known = _rows.known(X, sizes)
    every = list(_questions(known, sizes, asked["cuts"]))
    answers = np.column_stack([question(known) for question in every]) if every else np.zeros((len(X), 0), dtype=bool)
    counted = Counted(answers, y, np.ones(len(X)) if weight is None else weight)
    places = counted.chosen(asked["questions"])
    points, base, scale = whole(counted.of(places), asked["points"])
    used = {every[place]: point for place, point in zip(places, points, strict=True) if point}
    return Learned(tuple(used), tuple(used.values()), base, scale, tuple(sizes))


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain: dict[str, Any] = json.loads(content)
    return Learned(tuple(Question(*line[:3]) for line in plain["card"]), tuple(line[3] for line in plain["card"]),
                   plain["base"], plain["scale"], tuple(plain["sizes"]))


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [2]. A sum of points looks its probability up, so that every bit is the same."""
    lowest = learned.base + sum(min(points, 0) for points in learned.points)
    highest = learned.base + sum(max(points, 0) for points in learned.points)
    table = _rows.probabilities_of((np.arange(lowest, highest + 1) / learned.scale)[:, None])
    if not learned.questions:
        return said.entry(x[:, 0] * 0.0, np.repeat(table, 2, axis=0))
    answers = stack(*(_answer(question, x) for question in learned.questions))
    points = np.array(learned.points, dtype=np.float64)[:, None]
    total = said.affine(said.number(answers), points, np.array([float(learned.base - lowest)]))
    return said.entry(total, np.append(table, table[-1:], axis=0))


def _answer(question: Question, x: Value) -> Value:
    column = x[:, question.feature]
    if question.how == "missing":
        return column.isna()
    return column <= question.value if question.how == "at most" else column == question.value


def _questions(X: Floats, sizes: Sequence[int], cuts: int) -> Iterator[Question]:
    """Those that enough rows answer with yes and enough with no."""
    for question in _possible(X, sizes, cuts):
        if FEWEST <= question(X).mean() <= 1 - FEWEST:
            yield question


def _possible(X: Floats, sizes: Sequence[int], cuts: int) -> Iterator[Question]:
    for place, size in enumerate(sizes):
        yield Question(place, "missing", 0.0)
        if size:
            yield from (Question(place, "is", float(code)) for code in range(size))
        elif len(there := X[:, place][~np.isnan(X[:, place])]):
            edges = np.quantile(there, np.arange(1, cuts + 1) / (cuts + 1), method="lower")
            yield from (Question(place, "at most", float(edge)) for edge in np.unique(edges))


def _key(question: Question, points: int) -> tuple[int, float, int]:
    return question.feature, question.value, points


def _told(question: Question, names: Sequence[str], categories: Mapping[int, Sequence[str]]) -> str:
    name = names[question.feature] if names else f"feature {question.feature}"
    if question.how == "missing":
        return f"{name} is missing"
    if question.how == "at most":
        return f"{name} at most {question.value:.6g}"
    codes = categories.get(question.feature)
    return f"{name} is {codes[int(question.value)] if codes else f'category {int(question.value)}'}"
