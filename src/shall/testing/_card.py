"""The rules of a measure's card, and of what else its file declares."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

from shall.core.card import Card
from shall.core.log import NEEDS, ROLES

NAME: Final = re.compile("[a-z][a-z0-9_]*")
AXIS: Final = re.compile(r"label|decision|correct|score|own|top|rank|covered|abstained|"
                         r"(value|category|missing|filter):.+")

SCORES: Final = ("score", "own", "top")     # that a measure may have packed
ASKS: Final = {"correct": ("label", "decision"), "own": ("label", "scores"), "rank": ("label", "scores"),
               "top": ("scores",), "covered": ("label", "covered")}


def faults(module: ModuleType) -> Iterator[str]:
    """What is wrong with the declarations of a measure file."""
    card = getattr(module, "CARD", None)
    if not isinstance(card, Card):
        yield "it must have CARD = Card(…)"
        return
    if not callable(getattr(module, "estimate", None)):
        yield "it must have a function `estimate(cells, …)`"
        return
    yield from _card_faults(card)
    yield from _axes_faults(module, card)
    yield from _along_faults(module, card)
    yield from _signature_faults(module, card)
    if hasattr(module, "curve") and _arguments(module.curve) != _arguments(module.estimate):
        yield "`curve` must take the arguments of `estimate`"


def _arguments(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    return [(parameter.name, parameter.default) for parameter in inspect.signature(function).parameters.values()]


def _card_faults(card: Card) -> Iterator[str]:
    if not card.examines:
        yield "the card must say which kinds of subject it examines"
    if strange := [role for role in card.needs if role not in NEEDS]:
        yield f"the card needs {strange[0]!r}, which is no role: {', '.join(NEEDS)}"
    if not card.bounds.strip():
        yield "the card must say by which method the bounds are made"
    if not card.low < card.high:
        yield f"the natural range must have low < high: {card.low}, {card.high}"
    options = {option.name: option for option in card.options}
    for option in card.options:
        if isinstance(option.default, int | float) and not option.low <= option.default <= option.high:
            yield f"the default of option {option.name} is outside of its range"
    for alias, preset in card.aliases:
        if not NAME.fullmatch(alias):
            yield f"the alias {alias!r} must be of small letters, digits and underscores"
        for name, value in preset:
            if name not in options or not options[name].low <= value <= options[name].high:
                yield f"the alias {alias} sets {name} = {value}, which is no option or outside of its range"


def _axes_faults(module: ModuleType, card: Card) -> Iterator[str]:
    axes, sums = getattr(module, "AXES", None), getattr(module, "SUMS", ())
    if not isinstance(axes, tuple) or not isinstance(sums, tuple):
        yield "it must have AXES = (…), and SUMS = (…) where it needs sums; both are tuples of text"
        return
    for axis in axes:
        if not AXIS.fullmatch(axis):
            yield f"the axis {axis!r} is none of those that can be counted by (see tally.axes)"
        elif axis in ROLES and axis not in card.needs and not card.reference:   # that one takes `over feature` as well
            yield f"it counts by {axis}, but the card does not need {axis}"
        elif lacking := [role for role in ASKS.get(axis, ()) if role not in card.needs]:
            yield f"it counts by {axis}, but the card does not need {lacking[0]}"
        elif "{column}" in axis and card.takes != "column":
            yield f"the axis {axis} stands on a column, but the card does not say takes=\"column\""
        elif "{filter}" in axis and card.takes != "filter":
            yield f"the axis {axis} stands on a filter, but the card does not say takes=\"filter\""


def _along_faults(module: ModuleType, card: Card) -> Iterator[str]:
    along = getattr(module, "ALONG", None)
    if along is None:
        return
    if along not in SCORES or along not in getattr(module, "AXES", ()):
        yield f"ALONG must be one of its AXES that are scores ({', '.join(SCORES)}), not {along!r}"
    elif card.reference:
        yield "with ALONG the groups are asked apart, so it cannot take a reference"


def _signature_faults(module: ModuleType, card: Card) -> Iterator[str]:
    parameters = [*inspect.signature(module.estimate).parameters.values()]
    given = 1 + card.reference + (card.takes == "column") + card.estimates
    optional = {parameter.name: parameter.default for parameter in parameters[given:]}
    settled = given - (card.takes == "column" and card.by_feature) - card.estimates     # which may not be there
    if len(parameters) < given or any(parameter.default is not parameter.empty for parameter in parameters[:settled]):
        expected = ["cells", *["reference"] * card.reference, *["column"] * (card.takes == "column"),
                    *["newest = None"] * card.estimates, "options = …"]
        yield f"`estimate` must take ({', '.join(expected)})"
    elif optional != {option.name: option.default for option in card.options}:
        yield f"the options of `estimate` {optional} are not those of the card"
