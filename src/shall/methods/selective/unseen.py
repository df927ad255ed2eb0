"""A learner that answers only rows like those it has seen, and only where it is promised to be right.

Around any learner: of the rows, three fifths are learned from, by it and by a picture of what they cover (values never
or hardly seen, out of range, missing where nothing was, pairs of values that ought to occur together and do not; of
many columns the distance to the nearest rows). A fifth places the line beyond which a row is not like them: further
rows of the same kind are sent away with a chance of at most ``alpha``. The last fifth places the line of `risk_control`
on the rows that are left. A row is answered where both hold.

A row that is unlike training in a way that none of its columns shows, alone or in pairs, is not found out.

Reference: Bates, Candès, Lei, Romano and Sesia (2023), "Testing for outliers with conformal p-values"; Geifman and
El-Yaniv (2017), "Selective classification for deep neural networks"; El-Yaniv and Wiener (2010), section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.methods.selective import risk_control
from shall.methods.selective.risk_control import RiskControl
from shall.methods.task import Floats, Ints, Learned
from shall.stats import novelty
from shall.stats.novelty import Novelty

LEARNED: Final = 0.6                        # of the rows
LINED: Final = 0.2                          # of the rows, for each of the two lines
FEWEST: Final = 100
Learning = Callable[[Floats, NDArray[Any]], Learned]


@dataclass(frozen=True, slots=True)
class Answers:
    """What is said of rows: probabilities float64[n, classes], the class int64[n], and whether it counts, bool[n]."""

    probabilities: Floats
    decision: Ints
    seen: NDArray[np.bool_]                 # like those of training
    sure: NDArray[np.bool_]                 # above the line of the risk

    @property
    def answered(self) -> NDArray[np.bool_]:
        """bool[n]: both."""
        return self.seen & self.sure


@dataclass(frozen=True)
class Unseen:
    """What was learned, what it covers, and the line of the risk."""

    learned: Learned
    novelty: Novelty
    control: RiskControl
    names: tuple[str, ...]
    sizes: tuple[int, ...]

    def __call__(self, X: Floats) -> Answers:
        """Of rows float64[n, features]."""
        P = self.learned.probabilities(X)
        return Answers(P, P.argmax(axis=1), self.novelty.seen(columns(X, self.sizes, self.names)),
                       self.control(P.max(axis=1)))

    def described(self) -> dict[str, Any]:
        """All but what was learned, as plain data."""
        return {"novelty": self.novelty.described(), "control": self.control.described(), "names": list(self.names),
                "sizes": list(self.sizes)}


def fit(X: Floats, y: Any, sizes: Sequence[int], learn: Learning, *, names: Sequence[str] = (), risk: float = 0.05,
        confidence: float = risk_control.CONFIDENCE, alpha: float = 0.05, groups: Any = None, seed: int = 0) -> Unseen:
    """Learn from rows float64[n, features] and classes int64[n].

    ``sizes``: how many categories each feature has, 0 for a number. ``learn(X, y)`` gives what has `probabilities`.
    ``groups`` text[n]: the risk is promised in each of them. DataError below ``FEWEST`` rows, or where columns do not
    fit together; InputError for shares that are not within 0 and 1.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.int64)
    if X.ndim != 2 or y.shape != (len(X),) or len(sizes) != X.shape[1]:
        raise DataError(f"rows are [n, features], classes [n] and sizes [features]; these have the shapes {X.shape}, "
                        f"{y.shape} and ({len(sizes)},)")
    if len(X) < FEWEST:
        raise DataError(f"a learner that knows what it has seen takes {FEWEST} rows, and there are {len(X)}")
    named, widths = tuple(names) or tuple(f"x{place}" for place in range(X.shape[1])), tuple(sizes)
    order = np.random.default_rng(seed).permutation(len(X))
    some, line, last = np.split(order, np.rint(np.cumsum([LEARNED, LINED]) * len(X)).astype(int))
    learned = learn(X[some], y[some])
    known = novelty.fit(columns(X[some], widths, named), y[some], seed)
    known = known.calibrated(columns(X[line], widths, named), alpha)
    last = last[known.seen(columns(X[last], widths, named))]
    P = learned.probabilities(X[last])
    control = risk_control.fit(P.max(axis=1), P.argmax(axis=1) != y[last], risk, confidence,
                               None if groups is None else np.asarray(groups)[last])
    return Unseen(learned, known, control, named, widths)


def of(described: Mapping[str, Any], learned: Learned) -> Unseen:
    """From plain data, and what was learned."""
    return Unseen(learned, novelty.of(described["novelty"]), risk_control.of(described["control"]),
                  tuple(described["names"]), tuple(described["sizes"]))


def columns(X: Floats, sizes: Sequence[int], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The columns of a matrix by name: those of categories as codes, which have no order."""
    return {name: column.astype(object) if size else column
            for name, size, column in zip(names, sizes, np.asarray(X, dtype=np.float64).T, strict=True)}
