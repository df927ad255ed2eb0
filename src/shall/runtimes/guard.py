"""Which answers of a model may leave: each with a decision, or with the reason why there is none.

A guard is plain data that ships beside the graph (`guard.json`). It looks at a row and at what the model says of it, in
this order: has it a probability at all, is the row like those of training, did the model abstain by itself, do the
classes that cannot be ruled out come down to one, and is the model surer than the line above which its share of wrong
answers is promised. What it was not given it does not ask. It needs numpy and msgspec, no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError, InputError, MissingExtra
from shall.graph import tables
from shall.graph.kinds import Array
from shall.stats import novelty
from shall.stats.novelty import Novelty

try:
    import msgspec
except ImportError as missing:
    raise MissingExtra("msgspec", "score", "a guard") from missing

NAME: Final = "guard.json"
VERSION: Final = 1
PROBABILITIES: Final = ("probabilities", "probability", "proba", "score")
SETS: Final = ("set", "sets")
ABSTAINED: Final = "abstained"
DECISION: Final = "decision"
LAST_BITS: Final = 1e-12                    # by which engines may disagree: a class on the limit is in the set
CODES: Final = ("answered", "no_probability", "unseen", "abstained", "several_classes", "no_class", "unsure")


class Sets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class is in the set where one less its probability is at most the limit; none: no class can be ruled out."""

    coverage: float
    limit: float | None


class Line(msgspec.Struct, frozen=True):
    """What `risk_control` describes: rows are answered from ``line`` on; none: nothing is."""

    line: float | None
    risk: float
    confidence: float


class Plain(msgspec.Struct, frozen=True, omit_defaults=True):
    """A guard as JSON. ``threshold``: of the last of two classes; without it the likeliest class is decided."""

    classes: tuple[str | int | float | bool, ...]
    shall_guard: int = VERSION
    threshold: float | None = None
    novelty: dict[str, Any] | None = None
    sets: Sets | None = None
    control: Line | None = None


class Ruling(msgspec.Struct, frozen=True):
    """What leaves for a row: its ``decision``, or None; a ``code`` of CODES; and why, one sentence."""

    decision: Any
    code: str
    why: str

    @property
    def answered(self) -> bool:
        """Whether there is a decision."""
        return self.code == "answered"


class Guard:
    """``guard(rows, said)``: a `Ruling` a row. Made from JSON, or from plain data of the same form.

    ``rows``: a mapping (one row), a list of mappings, or any table. ``said``: what a scorer says of them, by output
    (`probabilities` [n, classes], or `score` [n] of two classes; perhaps `decision`, `abstained` and `set`
    [n, classes]), or the probabilities alone. DataError where they do not fit together, or the data are damaged.
    """

    def __init__(self, told: bytes | Mapping[str, Any]) -> None:
        self.plain = _plain(told)
        self.classes = self.plain.classes

    @property
    def json(self) -> bytes:
        """The guard as it ships."""
        return msgspec.json.encode(self.plain, order="sorted")

    @cached_property
    def novelty(self) -> Novelty | None:
        """What training covers, where that is known."""
        try:
            return None if self.plain.novelty is None else novelty.of(self.plain.novelty)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise DataError(f"{NAME} is damaged where it tells what training covers: {error!r}") from error

    def __repr__(self) -> str:
        plain = self.plain
        asks = [f"classes={list(self.classes)}"]
        asks += [f"threshold={plain.threshold:g}"] if plain.threshold is not None else []
        asks += [f"training (alpha={plain.novelty.get('alpha')})"] if plain.novelty is not None else []
        asks += [f"coverage={plain.sets.coverage:g}"] if plain.sets is not None else []
        asks += [f"risk={plain.control.risk:g}"] if plain.control is not None else []
        return f"Guard({', '.join(asks)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Guard, (self.json,)

    def __call__(self, rows: Any, said: Any) -> list[Ruling]:
        """A ruling for each row, in their order."""
        given = [rows] if isinstance(rows, Mapping) else rows
        several = given if isinstance(given, list | tuple) else tables.mappings(given)
        if len(several) > 1 or not isinstance(rows, Mapping | list | tuple):
            self._require(several)
        outputs = said if isinstance(said, Mapping) else {"probabilities": said}
        P = self.probabilities(outputs, len(several))
        found = self._rulings(several, P, outputs)
        if DECISION in outputs:
            decided = np.asarray(outputs[DECISION]).reshape(len(several)).tolist()
            found = [msgspec.structs.replace(one, decision=self._class(own)) if one.answered else one
                     for one, own in zip(found, decided, strict=True)]
        return found

    def _require(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """DataError for a column of training that no row has; what one row alone lacks is a missing value."""
        names = self.novelty.names if self.novelty is not None and rows else ()
        if lacking := [name for name in names if not any(name in row for row in rows)]:
            raise DataError(f"these rows have no column {', '.join(lacking)}, which training had; there are: "
                            f"{', '.join(map(str, rows[0])) or 'none'}")

    def sureness(self, P: Array) -> Array:
        """float64[n]: the largest probability, or the way to the threshold; the line of the risk is about it."""
        return P.max(axis=1) if self.plain.threshold is None else np.abs(P[:, 1] - self.plain.threshold)

    def _rulings(self, rows: Sequence[Mapping[str, Any]], P: Array, outputs: Mapping[str, Any]) -> list[Ruling]:
        given = next((np.asarray(outputs[one], dtype=bool).reshape(P.shape) for one in SETS if one in outputs), None)
        sets, (seen, measured) = self._sets(P) if given is None else given, self._seen(rows)
        abstained = np.asarray(outputs.get(ABSTAINED, np.zeros(len(rows)))).reshape(len(rows)).astype(bool).tolist()
        return [self._ruling(row, (chances, None if sets is None else sets[place]),
                             (abstained[place], seen[place], None if measured is None else measured[place]))
                for place, (row, chances) in enumerate(zip(rows, P.tolist(), strict=True))]

    def probabilities(self, outputs: Mapping[str, Any], rows: int) -> Array:
        """float64[rows, classes] out of what a model says. InputError, DataError."""
        name = next((one for one in PROBABILITIES if one in outputs), None)
        if name is None:
            raise InputError(f"a guard takes what a model says, with one of {', '.join(PROBABILITIES)}; there is "
                             f"{', '.join(outputs) or 'nothing'}")
        P: Array = np.asarray(outputs[name], dtype=np.float64)
        P = np.stack([1 - P, P], axis=-1) if P.shape in ((rows,), ()) and len(self.classes) == 2 else P
        P = P.reshape(1, -1) if P.ndim == 1 and rows == 1 else P
        if P.shape != (rows, len(self.classes)):
            raise DataError(f"{rows} rows and {len(self.classes)} classes need probabilities [{rows}, "
                            f"{len(self.classes)}], and these have the shape {P.shape}")
        return P

    def _sets(self, P: Array) -> Array | None:
        if self.plain.sets is None or self.plain.sets.limit is None:
            return None if self.plain.sets is None else np.ones(P.shape, dtype=bool)
        return np.asarray(self.plain.sets.limit + LAST_BITS + P >= 1)

    def _seen(self, rows: Sequence[Mapping[str, Any]]) -> tuple[list[bool], Array | None]:
        """Which rows are like those of training, and the measures [n, 2] of several."""
        known = self.novelty
        if known is None or not rows:
            return [True] * len(rows), None
        try:
            if len(rows) == 1:
                return [known.knows(rows[0])], None
            found = known.measures({name: [row.get(name) for row in rows] for name in known.names})
            return known.within(found).tolist(), found
        except (TypeError, ValueError) as error:
            raise DataError(f"a row has a value of another kind than training: {error}") from error

    def _ruling(self, row: Mapping[str, Any], said: tuple[list[float], Array | None],
                told: tuple[bool, bool, Array | None]) -> Ruling:
        (chances, inside), (abstained, seen, measured) = said, told
        if any(not 0 <= one <= 1 for one in chances):
            return Ruling(None, "no_probability", "the model gives no probability")
        if self.novelty is not None and not seen:
            return Ruling(None, "unseen", f"unlike training: {self.novelty.why(row, measured)}")
        if abstained:
            return Ruling(None, "abstained", "the model abstains by its own rule")
        return self._of_chances(chances, inside)

    def _class(self, decided: Any) -> Any:
        """The class that a model's own decision means: its place, or the class itself."""
        place = isinstance(decided, float | bool) and 0 <= decided < len(self.classes) and decided == int(decided)
        return self.classes[int(decided)] if place else decided

    def _of_chances(self, chances: list[float], inside: Array | None) -> Ruling:
        place, sure = self._decided(chances)
        if inside is not None and (count := int(inside.sum())) != 1:
            share = f"the set that holds the true class of {self.plain.sets.coverage:.0%} of rows" \
                if self.plain.sets else "the set of classes that are not ruled out"
            if not count:
                return Ruling(None, "no_class", f"{share} is empty: no class fits")
            some = ", ".join(str(one) for one, here in zip(self.classes, inside, strict=True) if here)
            return Ruling(None, "several_classes", f"{share} has {count} classes: {some}")
        control = self.plain.control
        if control is not None and (control.line is None or sure < control.line):
            return Ruling(None, "unsure", self._unsure(sure, control))
        return Ruling(self.classes[place], "answered", "")

    def _decided(self, chances: list[float]) -> tuple[int, float]:
        """The place of the class that is decided, and how sure that is: its probability, or how far from the threshold.
        """
        if self.plain.threshold is None:
            place = chances.index(max(chances))
            return place, chances[place]
        return int(chances[1] >= self.plain.threshold), abs(chances[1] - self.plain.threshold)

    def _unsure(self, sure: float, control: Line) -> str:
        promise = f"at most {control.risk:.3g} wrong at {control.confidence:.0%} confidence"
        if control.line is None:
            return f"no line was found above which {promise} could be promised"
        if self.plain.threshold is None:
            return f"a probability of {sure:.3f} is below {control.line:.3f}, from where on {promise} is promised"
        return (f"{sure:.3f} from the threshold {self.plain.threshold:g} is too near: from {control.line:.3f} on "
                f"{promise} is promised")


def _plain(told: bytes | Mapping[str, Any]) -> Plain:
    try:
        found = msgspec.json.decode(told, type=Plain) if isinstance(told, bytes) else msgspec.convert(told, Plain)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"this is no guard, or a damaged one: {error}") from error
    if found.shall_guard != VERSION:
        raise DataError(f"the guard has version {found.shall_guard}, and this shall reads version {VERSION}")
    if len(found.classes) < 2 or (found.threshold is not None and len(found.classes) != 2):
        raise DataError("a guard has two classes or more, and a threshold only of two")
    return found
