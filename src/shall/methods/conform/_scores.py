"""Scores of how badly an answer fits a row, the sets and intervals that a limit on them cuts out, checks of the rows.

``lac``: one less the probability of the class (least ambiguous sets, the smallest on average). ``aps``: the mass of the
classes that are likelier, and half of its own (adaptive sets: larger where the model is unsure). ``raps``: the same,
and a penalty for each place after the first few. ``residual``: the distance of a number from its prediction.

Reference: Sadinle, Lei and Wasserman (2019), "Least ambiguous set-valued classifiers with bounded error levels",
section 2; Romano, Sesia and Candès (2020), "Classification with valid and adaptive coverage", section 2, with the
uniform variable at its mean, so that a set is no matter of luck; Angelopoulos, Bates, Malik and Jordan (2021),
"Uncertainty sets for image classifiers using conformal prediction", algorithm 2.
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
from shall.graph import stack as beside
from shall.methods import nodes as said
from shall.methods.task import Floats, Ints
from shall.stats.conformal import fewest

NAMES: Final = ("lac", "aps", "raps")
NUMBER: Final = "residual"
PENALTY: Final = 0.1
FREE: Final = 1                             # places without a penalty
LAST_BITS: Final = 1e-12                    # by which engines may disagree: a row on the limit is within it
Sets = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Score:
    """What a row of P float64[n, classes], or of a prediction float64[n], scores."""

    name: str
    classes: int                            # 0: a number
    penalty: float = PENALTY
    free: int = FREE

    def own(self, P: Floats, y: Any) -> Floats:
        """float64[n]: the score of each row's own answer."""
        if not self.classes:
            return np.asarray(np.abs(y - P))
        mine: Floats = P[np.arange(len(P)), y]
        if self.name == "lac":
            return np.asarray(1 - mine)
        likelier = mine[:, None] < P
        found = (P * likelier).sum(axis=1) + mine / 2
        return np.asarray(found + self._penalty(likelier.sum(axis=1)))

    def every(self, P: Floats) -> Floats:
        """float64[n, classes]: the score of each class."""
        if self.name == "lac":
            return 1 - P
        order = np.argsort(-P, axis=1, kind="stable")
        ranked = np.take_along_axis(P, order, axis=1)
        fresh = np.concatenate([np.ones((len(P), 1), bool), ranked[:, 1:] < ranked[:, :-1]], axis=1)
        before = np.maximum.accumulate(np.where(fresh, np.cumsum(ranked, axis=1) - ranked, 0.0), axis=1)
        place = np.maximum.accumulate(np.where(fresh, np.arange(P.shape[1]), 0), axis=1)
        found = np.empty_like(P)
        np.put_along_axis(found, order, before + ranked / 2 + self._penalty(place), axis=1)
        return found

    def nodes(self, p: Value) -> Value:
        """`every` in a graph: [classes]."""
        if self.name == "lac":
            return 1.0 - p
        return beside(*(self._node(p, place) for place in range(self.classes)))

    def _node(self, p: Value, place: int) -> Value:
        mine = p[:, place]
        likelier = p > mine[:, [0] * self.classes]
        found = said.total(said.chosen(likelier, p, 0.0)) + mine / 2.0
        if self.name == "aps":
            return found
        return found + said.maximum(said.total(said.number(likelier)) + (1.0 - self.free), 0.0) * self.penalty

    def _penalty(self, place: Ints) -> Any:
        """Of a class after so many others."""
        return self.penalty * np.maximum(place + 1 - self.free, 0) if self.name == "raps" else 0.0

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"score": self.name, "classes": self.classes, "penalty": self.penalty, "free": self.free}

    @staticmethod
    def of(described: Mapping[str, Any]) -> Score:
        """From plain data that has more beside."""
        return Score(described["score"], described["classes"], described["penalty"], described["free"])


def score_for(P: Any, name: str, penalty: float = PENALTY, free: int = FREE) -> Score:
    """The score for answers of this shape: of numbers it is the residual. InputError for a name that is none."""
    if np.ndim(P) == 1:
        return Score(NUMBER, 0)
    if name not in NAMES:
        raise InputError(f"score={name!r}: there is no such score of classes; there are {', '.join(NAMES)}")
    if not (0 <= penalty < math.inf and free >= 0):
        raise InputError(f"penalty and free places are 0 or more, not {penalty} and {free}")
    return Score(name, int(np.shape(P)[-1]), float(penalty), int(free))


def within(score: Score, P: Any, limit: Floats | float) -> Sets:
    """bool[n, classes]: the classes whose score is within the limit, float64 of any shape that fits."""
    if not score.classes:
        raise InputError("this was made of numbers, and has intervals instead of sets: ask interval(…)")
    return np.asarray(score.every(answers(score, P)) <= limit + LAST_BITS)


def around(score: Score, center: Any, limit: Floats | float) -> tuple[Floats, Floats]:
    """float64[n], float64[n]: the numbers within the limit of a prediction; infinite ends where nothing is promised."""
    if score.classes:
        raise InputError("this was made of classes, and has sets instead of intervals: ask sets(…)")
    center = answers(score, center)
    return center - limit, center + limit


def answers(score: Score, P: Any) -> Floats:
    """What a model says: probabilities float64[n, classes], or predictions float64[n]. InputError, DataError."""
    found: Floats = np.asarray(P, dtype=np.float64)
    if found.shape[1:] != ((score.classes,) if score.classes else ()) or not found.ndim:
        wanted = f"probabilities of {score.classes} classes" if score.classes else "predictions, one number a row"
        raise InputError(f"this was made for {wanted}, and was given the shape {found.shape}")
    if score.classes and not ((found >= 0) & (found <= 1)).all():
        raise DataError("sets are made of probabilities; some are missing or not between 0 and 1")
    if not np.isfinite(found).all():
        raise DataError("intervals are made of predictions; some are missing or infinite")
    return found


def labelled(score: Score, P: Any, y: Any) -> tuple[Floats, Any]:
    """Answers, and int64[n] classes or float64[n] numbers of the same rows. DataError where they do not fit."""
    P, y = answers(score, P), np.asarray(y)
    if y.shape != (len(P),):
        raise DataError(f"there are {len(P):,} rows of answers, and the labels have the shape {y.shape}: give one each")
    if score.classes:
        if not np.isin(y, np.arange(score.classes)).all():
            raise DataError(f"labels are numbers from 0 to {score.classes - 1}, as many as there are probabilities")
        return P, y.astype(np.int64)
    if y.dtype.kind not in "biuf" or not np.isfinite(y).all():
        raise DataError("the target is a number in each row; some are missing or infinite, or it is no number")
    return P, y.astype(np.float64)


def several(y: Any) -> None:
    """DataError where there is nothing to calibrate on: no row, one class, one number."""
    if not len(y):
        raise DataError("there is no row to calibrate on")
    if len(y) > 1 and (y == y[0]).all():
        raise DataError("every calibration row has the same label, so nothing is seen of the others: calibrate on rows "
                        "like those to be answered")


def note(n: int, coverage: float, where: str = "") -> str:
    """What is to be said where so many rows promise nothing; empty where they are enough."""
    least = fewest(coverage)
    if n >= least:
        return ""
    return (f"{n} calibration rows{where} are too few for a coverage of {coverage:g}: it takes {least}, and until then "
            "the answer is everything (all classes, or the whole line)")
