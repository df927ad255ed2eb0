"""Mondrian conformal prediction: a limit of its own for each group, for each class, or for each class in each group.

The coverage is then kept in each of them, and not only over all rows. A group, or a class, with too few calibration
rows has no finite limit: its set is everything, and `note` says which; so is that of a group that was never seen.

Reference: Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world", section 4.5; Vovk (2012),
"Conditional validity of inductive conformal predictors", section 4; Romano, Foygel Barber, Sabatti and Candès (2020),
"With malice toward none: assessing uncertainty via equalized coverage".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError, InputError
from shall.core.log import MISSING
from shall.graph import Value
from shall.methods.conform import _scores
from shall.methods.conform._scores import LAST_BITS, Score, Sets
from shall.methods.conform.split import scores_in
from shall.methods.nodes import LARGEST
from shall.methods.task import Floats, Ints
from shall.stats.conformal import Scores, exact, fewest, scores_of
from shall.stats.coverage_law import Law, law

KINDS: Final = ("binary", "multiclass", "regressor")
Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Mondrian:
    """Calibration scores of each category: a group (or "" for all) and a class (or -1 for all)."""

    coverage: float
    score: Score
    kept: Mapping[tuple[str, int], Scores]
    grouped: bool
    by_class: bool
    bits: int | None = None

    @property
    def limits(self) -> dict[tuple[str, int], float]:
        """The largest score that is still covered, by category; infinite where it has too few rows."""
        return {key: scores.quantile(self.coverage) for key, scores in self.kept.items()}

    @property
    def laws(self) -> dict[tuple[str, int], Law]:
        """Of the coverage in each category."""
        return {key: law(scores.n, self.coverage) for key, scores in self.kept.items()}

    @property
    def note(self) -> str:
        """Which categories have too few rows, if any."""
        least = fewest(self.coverage)
        few = [f"{_shown(key)} ({scores.n})" for key, scores in self.kept.items() if scores.n < least]
        return "" if not few else (f"a coverage of {self.coverage:g} takes {least} calibration rows of each category, "
                                   f"and there are fewer of {', '.join(few)}: nothing is ruled out there")

    def sets(self, P: Any, groups: Any = None) -> Sets:
        """bool[n, classes] from probabilities float64[n, classes] and the group of each row, text[n]."""
        P = _scores.answers(self.score, P)
        table, place = self._limits(groups, len(P))
        return _scores.within(self.score, P, table[place])

    def interval(self, center: Any, groups: Any = None) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: lower and upper end, from predictions float64[n] and groups text[n]."""
        center = _scores.answers(self.score, center)
        table, place = self._limits(groups, len(center))
        return _scores.around(self.score, center, table[place, 0])

    def update(self, P: Any, y: Any, groups: Any = None) -> Mondrian:
        """The same with further calibration rows; a new group is a category of its own."""
        P, y = _scores.labelled(self.score, P, y)
        kept = dict(self.kept)
        for key, scores in _parted(self.score.own(P, y), y, _groups(groups, len(P), self.grouped), self.by_class):
            found = scores_of(scores, self.bits)
            kept[key] = kept[key].merged(found) if key in kept else found
        return replace(self, kept=dict(sorted(kept.items())))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        kept = [{"group": group, "class": place, "value": scores.value.tolist(), "count": scores.count.tolist()}
                for (group, place), scores in self.kept.items()]
        return {"coverage": self.coverage, **self.score.described(), "grouped": self.grouped,
                "by_class": self.by_class, "bits": self.bits, "kept": kept}

    def _limits(self, groups: Any, rows: int) -> tuple[Floats, Ints]:
        """float64[G + 1, classes] of limits, the last row for groups without any; int64[n] the row of each."""
        limits = self.limits
        known = sorted({group for group, _ in limits})
        wide = range(max(self.score.classes, 1))
        table = np.array([[limits.get((group, place if self.by_class else -1), math.inf) for place in wide]
                          for group in known] + [[math.inf for _ in wide]])
        names = _groups(groups, rows, self.grouped)
        place = np.searchsorted(known, names).clip(0, len(known) - 1)
        return table, np.where(np.array(known)[place] == names, place, len(known))


def fit(P: Any, y: Any, coverage: float = 0.9, score: str = "lac", *, groups: Any = None, by_class: bool | None = None,
        penalty: float = _scores.PENALTY, free: int = _scores.FREE, bits: int | None = None) -> Mondrian:
    """Calibrate on held-out rows as `split.fit` does, for each group text[n], each class, or each class in each group.

    Without groups it is by class, with them only where ``by_class`` says so. DataError, InputError.
    """
    exact(coverage)
    kind = _scores.score_for(P, score, penalty, free)
    by_class = groups is None if by_class is None else by_class
    if by_class and not kind.classes:
        raise InputError("numbers have no classes: give the group of each row, groups=…")
    if groups is None and not by_class:
        raise InputError("a limit for each of what? Give groups=…, or by_class=True; for all rows together use split")
    P, y = _scores.labelled(kind, P, y)
    _scores.several(y)
    made = Mondrian(float(coverage), kind, {}, groups is not None, by_class, bits).update(P, y, groups)
    every = {group for group, _ in made.kept}
    empty = {(group, place): scores_of(np.zeros(0)) for group in every for place in range(kind.classes) if by_class}
    return replace(made, kept=dict(sorted({**empty, **made.kept}.items())))


def nodes(made: Mondrian, p: Value) -> Value:
    """The same in a graph where it is by class alone: truth [classes]. InputError where it needs groups."""
    if made.grouped:
        raise InputError("limits by group need the group of each row, which is no probability: calibrate by class, or "
                         "take the rows of each group to a graph of their own")
    limits = np.array([made.limits.get(("", place), math.inf) for place in range(made.score.classes)])
    found: Value = made.score.nodes(p) <= np.minimum(limits, LARGEST) + LAST_BITS
    return found


def of(described: Mapping[str, Any]) -> Mondrian:
    """From plain data."""
    kept = {(one["group"], one["class"]): scores_in(one) for one in described["kept"]}
    return Mondrian(described["coverage"], Score.of(described), kept, described["grouped"], described["by_class"],
                    described["bits"])


def _groups(groups: Any, rows: int, grouped: bool) -> Names:
    """text[n]: "" where there are no groups. DataError where they do not fit, or one is missing."""
    if not grouped:
        if groups is not None:
            raise InputError("this has no limits by group: fit it with groups=…")
        return np.full(rows, "", dtype=np.str_)
    if groups is None:
        raise InputError("the limits are by group: give the group of each row, groups=…")
    found = np.asarray(groups)
    if found.shape != (rows,):
        raise DataError(f"there are {rows:,} rows, and groups of the shape {found.shape}: give one each")
    if found.dtype.kind not in "biuU":      # of floats and objects some may be missing
        found = np.array([_text(one) for one in found.tolist()], np.str_)
    return found.astype(np.str_)


def _text(value: Any) -> str:
    if value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return MISSING
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _parted(scores: Floats, y: Any, groups: Names, by_class: bool) -> list[tuple[tuple[str, int], Floats]]:
    if not len(y):
        return []
    known, place = np.unique(groups, return_inverse=True)
    wide = int(y.max()) + 1 if by_class else 1
    code = place * wide + (y if by_class else 0)
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    return [((str(known[at // wide]), int(at % wide) if by_class else -1), part)
            for at, part in zip(code[order][starts].tolist(), np.split(scores[order], starts[1:]), strict=True)]


def _shown(key: tuple[str, int]) -> str:
    group, place = key
    return " of ".join([*([f"class {place}"] if place >= 0 else []), *([f"group {group}"] if group else [])])
