"""Why a score is what it is: what each input of a row adds to it, beside a typical row of training.

Shapley values against one baseline (Sundararajan and Najmi, "The Many Shapley Values for Model Explanation", 2020): the
typical row, with the median or the most frequent value of each input, is turned into the row at hand input by input,
and every input gets what its turn changes, on average over all orders. Only the graph is asked, so any model has
reasons. An input that equals the typical one adds nothing, and all contributions add up to the score less that of
the typical row. It needs numpy and msgspec, no more.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

import numpy as np

from shall.core.errors import DataError, InputError, MissingExtra
from shall.graph import tables
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input
from shall.runtimes.baseline import NAME, Baseline, Plain
from shall.stats import shapley

try:
    import msgspec
except ImportError as missing:
    raise MissingExtra("msgspec", "score", "reasons") from missing

LONGEST: Final = 60                         # characters of a value in a sentence
SURE: Final = 2.0                           # standard errors from 0, from which on chance did not make a reason

class Reason(msgspec.Struct, frozen=True):
    """What one input adds to the score: ``contribution``, with its standard error; 0 where it is exact."""

    field: str
    value: Plain
    typical: Plain
    contribution: float
    standard_error: float
    sentence: str


class Reasons(msgspec.Struct, frozen=True):
    """The largest contributions to a score, the largest first; ``others`` is what all other inputs add together.

    ``score`` is that of the class ``of``, where there are classes: ``typical_score`` and all contributions make it.
    ``scored``: rows that the graph was asked for. ``why``: one sentence, where there are no reasons.
    """

    score: float | None
    typical_score: float | None
    of: Plain
    reasons: tuple[Reason, ...]
    others: float
    exact: bool
    scored: int
    why: str = ""


class Answering(Protocol):
    """What is asked: a `Scorer`."""

    inputs: tuple[Input, ...]
    about: dict[str, Any]

    def packed(self, rows: Any) -> dict[str, Array]:
        """Rows as the graph takes them."""
        ...

    def scores(self, packed: dict[str, Array]) -> Array:
        """float64[n], or [n, classes]."""
        ...


class Explainer:
    """``explainer(rows)``: `Reasons` for each row. Made of a scorer and a baseline as JSON; DataError where they do
    not fit together."""

    def __init__(self, scorer: Answering, told: bytes, most: int = shapley.MOST) -> None:
        self.baseline, self._scorer, self._most = Baseline.read(told), scorer, most
        names = [one.name for one in scorer.inputs]
        if {*names} != {*self.baseline.typical}:
            lacking = sorted({*names} ^ {*self.baseline.typical})
            raise DataError(f"{NAME} and the graph do not have the same inputs: {lacking[0]} is in one of them only; "
                            "ship the model again")
        try:
            self._typical = scorer.packed({**self.baseline.typical})
        except DataError as error:
            raise DataError(f"{NAME} does not fit the graph: {error}") from error
        numbers = [one.name for one in scorer.inputs if one.what != "text"]
        texts = [one.name for one in scorer.inputs if one.what == "text"]
        self._columns = [*((name, "numbers", place) for place, name in enumerate(numbers)),
                         *((name, "texts", place) for place, name in enumerate(texts))]

    def __call__(self, rows: Any, most: int = 4) -> list[Reasons]:
        """Up to ``most`` reasons for each row: a mapping, a list of mappings, or a table. The same for the same row.

        DataError where a column is missing or of another kind, InputError where the graph gives no score.
        """
        given = [rows] if isinstance(rows, Mapping) else rows
        several = given if isinstance(given, list | tuple) else tables.mappings(given)
        packed = self._scorer.packed(given)
        return [self._explained(row, {name: value[place:place + 1] for name, value in packed.items()}, most)
                for place, row in enumerate(several)]

    def _explained(self, row: Mapping[str, Any], packed: dict[str, Array], most: int) -> Reasons:
        own = self._scorer.scores(packed)
        place, of = self._of(own)
        other = [one for one in self._columns if _differ(packed[one[1]][0, one[2]], self._typical[one[1]][0, one[2]])]
        if len(other) > shapley.LARGEST:
            raise InputError(f"{len(other):,} inputs differ from the typical row, and reasons are for rows of at most "
                             f"{shapley.LARGEST:,}")
        if not math.isfinite(score := float(own.reshape(-1)[place])):
            return Reasons(None, None, of, (), 0.0, True, 1, "the model gives no score for this row")

        def game(coalitions: Array) -> Array:
            """The typical row, with the row's own values for the members of each coalition."""
            mixed = {name: np.repeat(value, len(coalitions), axis=0) for name, value in self._typical.items()}
            for (_, kind, column), inside in zip(other, coalitions.T, strict=True):
                mixed[kind][inside, column] = packed[kind][0, column]
            return self._scorer.scores(mixed).reshape(len(coalitions), -1)[:, place]

        found = shapley.values(game, len(other), _seed(packed), self._most)
        if not np.isfinite(found.contributions).all() or not math.isfinite(found.empty):
            return Reasons(score, None, of, (), 0.0, found.exact, found.asked,
                           "between this row and the typical one the model gives no score")
        return self._told(row, [name for name, *_ in other], found, (of, most))

    def _told(self, row: Mapping[str, Any], names: Sequence[str], found: shapley.Values, asked: tuple[Plain, int],
              ) -> Reasons:
        of, most = asked
        sizes, errors = np.abs(found.contributions), found.errors
        order = [int(one) for one in np.argsort(-sizes, kind="stable") if sizes[one] > SURE * errors[one]][:most]
        reasons = tuple(self._reason(row, names[one], (float(found.contributions[one]), float(errors[one])), of)
                        for one in order)
        others = math.fsum(float(one) for place, one in enumerate(found.contributions) if place not in order)
        why = "the row is the typical one in every input" if not names else "" if reasons else \
            "no input makes a difference to the typical row" + ("" if found.exact else " that is told from chance")
        return Reasons(found.full, found.empty, of, reasons, others, found.exact, found.asked, why)

    def _reason(self, row: Mapping[str, Any], name: str, found: tuple[float, float], of: Plain) -> Reason:
        value, typical = _plain(row.get(name)), self.baseline.typical[name]
        contribution, error = found
        verb = "raises" if contribution > 0 else "lowers"
        score = "the score" if of is None else f"the score for {_words(of)}"
        about = f" (± {error:.2g})" if error else ""
        sentence = (f"{_words(name)} is {_words(value)}, where {_words(typical)} is typical: this {verb} {score} by "
                    f"{abs(contribution):.3g}{about}")
        return Reason(name, value, typical, contribution, error, sentence)

    def _of(self, own: Array) -> tuple[int, Plain]:
        """Which score is explained: of the last of two classes, or of the class that has the most of several."""
        classes = self._scorer.about.get("classes", ())
        if own.ndim == 1:
            return 0, classes[-1] if len(classes) == 2 else None
        place = own.shape[1] - 1 if own.shape[1] == 2 else int(np.nan_to_num(own[0], nan=-np.inf).argmax())
        return place, classes[place] if len(classes) == own.shape[1] else place


def _differ(one: Any, other: Any) -> bool:
    return bool(one != other) and not (one != one and other != other)


def _seed(packed: Mapping[str, Array]) -> int:
    """From what the graph sees of the row alone."""
    told = hashlib.sha256(packed["numbers"].tobytes() if "numbers" in packed else b"")
    for text in packed["texts"].ravel().tolist() if "texts" in packed else ():
        told.update(len(text).to_bytes(8, "little") + text.encode())
    return int.from_bytes(told.digest()[:16], "little")


def _plain(value: Any) -> Plain:
    """As JSON has it; None where it is missing."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    value = value.item() if hasattr(value, "item") else value
    if value is None or value != value or value == MISSING:
        return None
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if isinstance(value, str | int | float | bool) and finite else str(value)


def _words(value: Plain) -> str:
    """In a sentence: on one line, without what drives a terminal, and not too long."""
    if value is None:
        return "missing"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    clean = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
    return clean if len(clean) <= LONGEST else clean[:LONGEST - 1] + "…"
