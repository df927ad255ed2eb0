"""From what a graph says of rows to what leaves: a decision, or that it abstained and why; and what is logged of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import isfinite
from typing import Any, Final, NamedTuple

from shall.core.decisions import Field
from shall.core.errors import DataError, Fault, Faults
from shall.graph.kinds import Array
from shall.runtimes.columns import USUAL, Columns
from shall.runtimes.labelling import text_of
from shall.runtimes.score import ABSTAINED, Scorer

ANSWERED: Final = "answered"
NO_NUMBER: Final = ("no_probability", "the model gives no probability")
NO_DECISION: Final = ("no_decision", "the model gives no decision")
BY_ITSELF: Final = ("abstained", "the model abstains by its own rule")
ENDS: Final = ("lower", "upper")


class Said(NamedTuple):
    """What leaves for a row. ``decision`` is None unless ``code`` is `ANSWERED`; ``scores``: one a class."""

    decision: Any
    code: str
    why: str
    score: float | None
    scores: tuple[float, ...] = ()
    ends: tuple[float | None, ...] = ()


class Deciding:
    """Reads the outputs of one graph; `fields` are the columns that `logged` fills. ``face``: what takes the rows."""

    def __init__(self, scorer: Scorer, columns: Columns, face: Scorer | None = None) -> None:
        self._scorer, self._columns, self._guard = scorer, columns, scorer.guard
        self.classes: tuple[Any, ...] = tuple((face or scorer).about.get("classes") or scorer.about.get("classes", ()))
        self._named = {text_of(one): one for one in self.classes}
        self._decision = scorer.decides_by
        self._chances = scorer.probabilities_by
        if columns.kind == "regressor":
            self._chances = self._decision or self._chances or scorer.outputs[0]
        self._regressor = columns.kind == "regressor"
        self._several = columns.kind == "multiclass" and self._chances is not None and len(self.classes) > 2
        self._positive = self._place()
        self._abstains = ABSTAINED in scorer.outputs
        self._ends = ENDS if all(name in scorer.outputs for name in ENDS) else ()
        self._threshold = scorer.about.get("threshold")
        self._inputs = frozenset(one.name for one in (face or scorer).inputs)
        called = partial(columns.called, taken=self._inputs)
        self._names = [columns.scores.get(text, f"{called('score')}_{text}")
                       for text in map(str, self.classes)] if self._several else [called("score")]
        self.fields = tuple(self._fields(called))

    def __call__(self, rows: Any, found: dict[str, Array]) -> list[Said]:
        """What leaves for each of some rows, of which the graph says ``found``."""
        number = len(found[self._scorer.outputs[0]])
        abstained = found[ABSTAINED].tolist() if self._abstains else [False] * number
        chances = [None] * number if self._chances is None else found[self._chances].tolist()
        if self._guard is not None:
            said = self._guarded(rows, found, chances)
        elif self._regressor:
            said = list(map(self._number, chances, abstained))
        else:
            decided = [None] * number if self._decision is None else found[self._decision].tolist()
            said = list(map(self._said, decided, chances, abstained))
        return said if not self._ends else [one._replace(ends=tuple(map(_finite, two))) for one, two in zip(
            said, zip(*(found[name].tolist() for name in self._ends), strict=True), strict=True)]

    def logged(self, said: Said) -> list[Any]:
        """The values of `fields`."""
        decision, code, why, score, scores, ends = said
        kept = [code != ANSWERED, code, why or None]
        if not self._regressor:
            kept.insert(0, text_of(decision))
        if self._several:
            kept[:0] = scores or [None] * len(self.classes)
        elif self._chances is not None:
            kept.insert(0, score)
        return [*kept, *(ends or (None,) * len(self._ends))] if self._ends else kept

    def answer(self, logged: Mapping[str, Any]) -> tuple[Any, ...]:
        """What left, of the columns of a log: decision, score, abstained, code, why, scores by class."""
        own = {usual: logged.get(self._columns.called(usual, self._inputs)) for usual in USUAL}
        scores = [logged.get(name) for name in self._names] if self._several else []
        whole = None not in scores and bool(scores)
        score = max(scores) if whole else own["score"]                          # type: ignore[type-var]
        decision = score if self._regressor else own["decision"]
        named = self._named.get(decision, decision)
        abstained = bool(own["abstained"])
        code = own["code"] if own["code"] not in (None, ANSWERED) else ANSWERED     # one object: JSON leaves it out
        return (None if abstained else named, score, abstained, code, own["why"] or "",
                dict(zip(map(str, self.classes), scores, strict=True)) if whole else None)

    def _fields(self, called: Callable[[str], str]) -> Sequence[Field]:
        found = [Field(name, "number") for name in self._names] if self._chances is not None else []
        found += [] if self._regressor else [Field(called("decision"), "text")]
        found += [Field(called("abstained"), "truth"), Field(called("code"), "text"), Field(called("why"), "text")]
        return [*found, *(Field(called(name), "number") for name in self._ends)]

    def _place(self) -> int:
        """The class whose probability is the score: the positive one of the file, else the last of two."""
        texts = [text_of(one) for one in self.classes]
        return texts.index(self._columns.positive) if self._columns.positive in texts and len(texts) == 2 else -1

    def _guarded(self, rows: Any, found: dict[str, Array], chances: Sequence[Any]) -> list[Said]:
        assert self._guard is not None
        try:
            rulings = self._guard(rows, found)
        except DataError as error:
            raise Faults((Fault(None, "", str(error), "give the values of the kinds that training had"),)) from None
        return [Said(one.decision, one.code, one.why, *self._scored(chance))
                for one, chance in zip(rulings, chances, strict=True)]

    def _number(self, value: Any, abstained: bool) -> Said:
        if value is None or not isfinite(value):
            return Said(None, "no_number", "the model gives no number", None)
        return Said(None, *BY_ITSELF, value) if abstained else Said(value, ANSWERED, "", value)

    def _said(self, decided: Any, chances: Any, abstained: bool) -> Said:
        score, scores = self._scored(chances)
        if self._chances is not None and score is None:
            return Said(None, *NO_NUMBER, None)
        if abstained:
            return Said(None, *BY_ITSELF, score, scores)
        if self._chances is None and self._decision is None:
            return Said(None, *NO_DECISION, None)
        decision = self._class(decided) if self._decision is not None else self._likeliest(score, chances)
        if decision is None:
            return Said(None, *NO_DECISION, score, scores)
        return Said(decision, ANSWERED, "", score, scores)

    def _scored(self, chances: Any) -> tuple[float | None, tuple[float, ...]]:
        """The score and that of each class; None where one is no number."""
        if type(chances) is not list:
            return (None if chances is None or not isfinite(chances) else chances), ()
        if not isfinite(sum(chances)):
            return None, ()
        several = len(chances) > 2
        return (max(chances) if several else chances[self._positive]), tuple(chances) if several else ()

    def _class(self, decided: Any) -> Any:
        """The class that a decision means: its place, a truth for the last of two, or its text."""
        classes = self.classes
        if isinstance(decided, bool):
            return classes[decided] if len(classes) == 2 else decided
        if isinstance(decided, str):
            return self._named.get(decided, decided)
        if not isinstance(decided, float) or not classes:
            return decided
        return classes[int(decided)] if 0 <= decided < len(classes) and decided == int(decided) else None

    def _likeliest(self, score: float | None, chances: Any) -> Any:
        """What is decided where the graph decides nothing: by the threshold of the file, by its own, else the class of
        the largest probability, the first of equal ones."""
        limit = self._columns.threshold
        two = chances if isinstance(chances, list) else [1 - chances, chances]
        if limit is not None and score is not None and len(two) == 2:
            place = self._positive % 2 if score >= limit else 1 - self._positive % 2
        elif self._threshold is not None and len(two) == 2:
            place = int(two[1] >= self._threshold)
        else:
            place = two.index(max(two))
        return self.classes[place] if self.classes else place


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
