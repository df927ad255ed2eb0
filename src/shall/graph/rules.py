"""Rules over scores: cases, guardrails, score cards and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shall.core.errors import InputError
from shall.graph.categories import _shown, lookup
from shall.graph.columns import stack
from shall.graph.converting import predict, predict_proba
from shall.graph.numeric import argmax, interp, largest, maximum, minimum, number, where
from shall.graph.value import Value, faulty, value_of


def switch(*cases: Any, default: Any = None) -> Value:
    """The value of the first case that holds: ``switch((age < 25, young), (age < 60, middle), default=old)``, or by the
    texts of a column, ``switch(x["city"], {"Oslo": north, "Rome": south}, default=other)``.

    Without a default it is a fault, as a missing value, and a text that nobody saw, are in no case.
    """
    if len(cases) == 2 and isinstance(cases[0], Value) and isinstance(cases[1], Mapping):
        column, by = cases
        left = [text for text in column.kind.values or () if text not in by]
        said = f"no case for {', '.join(map(_shown, left))}" if left else "no case for a text that nobody saw"
        if default is not None and all(isinstance(one, int | float) for one in (default, *by.values())):
            return lookup(column, by, default)
        cases = tuple((column == text if text is not None else column.isna(), value) for text, value in by.items())
    else:
        said = "no case where none of its conditions holds"
    if not cases or not all(isinstance(one, tuple) and len(one) == 2 for one in cases):
        raise InputError("switch takes cases: switch((condition, value), …, default=value)")
    if default is None:
        return faulty("switch", f"it has {said}", "say default=, for example nan where the answer is then missing",
                      [value_of(one) for case in cases for one in case if not isinstance(one, str)])
    found = default
    for condition, value in reversed(cases):
        found = where(condition, value, found)
    return value_of(found)


def cap(score: Value, most: Any, when: Value | None = None) -> Value:
    """A guardrail: at most ``most``, everywhere or where ``when`` holds. What is missing stays missing."""
    return _guarded(score, minimum(score, most), when)


def floor(score: Value, least: Any = None, when: Value | None = None) -> Value:
    """A guardrail: at least ``least``, everywhere or where ``when`` holds; without it, numpy's `floor`."""
    if least is None:
        return Value("elementwise", (score,), {"function": "floor"}, score.names)
    return _guarded(score, maximum(score, least), when)


def veto(score: Value, when: Value, value: Any = 0.0) -> Value:
    """A guardrail: ``value`` where ``when`` holds, whatever the score is, and where it is missing, too."""
    return where(when, value, score).named(*score.names)


def score_card(*points: tuple[Value, float], base: float = 0.0) -> Value:
    """The sum of the points of all conditions that hold: ``score_card((age < 25, -10), (owner, 15), base=600)``."""
    if not points:
        raise InputError("a score card has a line or more: score_card((condition, points), …)")
    conditions, worth = zip(*points, strict=True)
    weight = np.array(worth, dtype=np.float64)[:, None]
    return Value("linear", (number(stack(*conditions)),), {"weight": weight, "bias": np.array([base], float)})


def calibrate(score: Value, by: Any, values: Any = None) -> Value:
    """A score by a fitted calibrator (scikit-learn's `IsotonicRegression`), or by a line through the points ``by`` and
    ``values``."""
    return predict(by, score) if values is None else interp(score, by, values)


def stacking(final: Any, *scores: Value, method: str = "predict_proba") -> Value:
    """What a fitted model says of the scores of others, beside each other, as scikit-learn's `StackingClassifier`."""
    said = {"predict_proba": predict_proba, "predict": predict}
    if method not in said:
        raise InputError(f"stacking asks for {' or '.join(said)}, not {method}")
    return said[method](final, stack(*scores))


def decide(score: Value, at: float = 0.5, abstain: tuple[float, float] | None = None,
           labels: Sequence[str] | None = None) -> dict[str, Value]:
    """The outputs `decision` and `abstained`: ``compile(x, score=p, **decide(p, at=0.6, abstain=(0.4, 0.6)))``.

    Of one score 1 where it is ``at`` or more, else 0; of several the place of the largest. Abstained where the score
    (the largest one) lies between the limits, not on them, and where it is missing. ``labels`` name the places.
    """
    best = score if score.kind.width == 1 else largest(score)
    place = number(score >= at) if score.kind.width == 1 else argmax(score)
    unsure = best.isna()
    if abstain is not None:                 # not surely: what is missing is neither below nor above
        low, high = abstain
        if not low < high:
            return dict.fromkeys(("decision", "abstained"), faulty(
                "decide", f"it abstains between {low:g} and {high:g}, where nothing lies", "give (low, high)"))
        unsure = ~((best <= low) | (best >= high))
    many = 2 if score.kind.width == 1 else score.kind.width
    if labels is not None and len(labels) != many:
        return dict.fromkeys(("decision", "abstained"), faulty(
            "decide", f"it is given {len(labels)} labels, and decides between {many}", "name each, in their order"))
    if labels is not None and not all(isinstance(one, str) for one in labels):
        return dict.fromkeys(("decision", "abstained"), faulty(
            "decide", f"its labels are {list(labels)}, and a label is a text",
            f"write labels={[str(one) for one in labels]}; without labels it decides 0, 1 and so on"))
    decision = place if labels is None else Value("label", (place,), {"texts": tuple(labels)})
    return {"decision": decision, "abstained": unsure}


def _guarded(score: Value, held: Value, when: Value | None) -> Value:
    found = held if when is None else where(when, held, score)
    return found.named(*score.names)
