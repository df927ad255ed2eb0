"""The arguments of a measure against its card: columns, options, a filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from shall.core.card import Card, Option
from shall.core.filters import Comparison
from shall.core.line import MeasureCall
from shall.core.words import Scalar, written_option
from shall.registry import Named
from shall.spec.problems import did_you_mean

AVERAGES: Final = ("macro", "micro", "weighted")    # over the classes of a subject with several
Mark = tuple[str | int, ...]                        # a place in the line, as the parser keeps it
Complain = Callable[[Mark, str, str], None]         # place, message, fix


def settle(call: MeasureCall, found: Named, index: int, complain: Complain, *, by_feature: bool) -> MeasureCall:
    """Tell what is wrong with the arguments; the call with ``a = 1`` settled as an option or a filter."""
    card = found.card
    at_filter: Mark = ("filter", index)
    call, moved = _settled(call, card)
    _columns(call, card, index, complain, by_feature and card.by_feature)
    if call.filter is not None and card.takes != "filter":
        complain(at_filter, f"`{call.name}` takes no filter", f"select rows after the bound: where {call.filter}")
    if call.filter is None and card.takes == "filter":
        complain(("measure", index), f"`{call.name}` takes a filter", f"write: {call.name}(toxicity < 0.5)")
    preset = dict(found.preset)
    for name, value in call.options:
        wrong = _average(value, card) if name == "average" else _option(call.name, name, value, card, preset)
        if wrong:
            complain(at_filter if name == moved else ("option", index, name), *wrong)
    return call


def _settled(call: MeasureCall, card: Card) -> tuple[MeasureCall, str]:
    """The call, and the name of the option that was read as a filter, if any.

    The parser knows no cards: it takes ``flag = 1`` for an option and ``norm = 'linf'`` for a filter.
    """
    names = {option.name for option in card.options}
    term = call.filter
    if card.takes == "filter" and term is None:
        unknown = [pair for pair in call.options if pair[0] not in names]
        if len(unknown) == 1:
            rest = tuple(pair for pair in call.options if pair[0] in names)
            return replace(call, options=rest, filter=Comparison(unknown[0][0], "=", unknown[0][1])), ""
    if card.takes != "filter" and isinstance(term, Comparison) and term.operator == "=" and term.column in names:
        return replace(call, options=(*call.options, (term.column, term.value)), filter=None), term.column
    return call, ""


def _columns(call: MeasureCall, card: Card, index: int, complain: Complain, by_feature: bool) -> None:
    if by_feature and call.columns:
        complain(("argument", index, 0), f"`over feature` asks `{call.name}` of each feature", "leave the column out")
        return
    wanted = 1 if card.takes == "column" and not by_feature else 0
    if len(call.columns) > wanted:
        name = call.columns[wanted]
        takes = "one column" if wanted else "no column"
        names = [option.name for option in card.options]
        fix = f"write an option so: {name} = …" if name in names else f"leave `{name}` out"
        complain(("argument", index, wanted), f"`{call.name}` takes {takes}", fix)
    elif len(call.columns) < wanted:
        also = f", or of every feature: {call.name} over feature" if card.by_feature else ""
        complain(("measure", index), f"`{call.name}` takes a column", f"write: {call.name}(latency){also}")


def _average(value: Scalar, card: Card) -> tuple[str, str] | None:
    """What is wrong with an average over classes, and the fix."""
    if "classifier" not in card.examines or not {*card.needs} & {"label", "decision", "score"}:
        return "it has no average over classes", "leave the option out"
    known = value in AVERAGES
    return None if known else (f"`average` cannot be {written_option(value)}", f"write: {', '.join(AVERAGES)}")


def _option(measure: str, name: str, value: Scalar, card: Card, preset: Mapping[str, float]) -> tuple[str, str] | None:
    """What is wrong with one option, and the fix."""
    options = {option.name: option for option in card.options}
    if name in preset:
        return f"`{measure}` is itself {name} = {preset[name]:g}", "leave the option out"
    if name not in options:
        fix = did_you_mean(name, options, "its options are") if options else "it has no options"
        return f"`{measure}` has no option `{name}`", fix
    if wrong := _unlike(options[name], value):
        default = written_option(options[name].default)
        return f"`{name}` is {wrong}, not {written_option(value)}", f"the default is {default}"
    return None


def _unlike(option: Option, value: Scalar) -> str:
    """What the value of an option must be, if it is not."""
    if isinstance(option.default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(option.default, str):
        return "" if isinstance(value, str) else "a word"
    whole = isinstance(option.default, int)
    if isinstance(value, bool | str) or (whole and not isinstance(value, int)):
        return "a whole number" if whole else "a number"
    return "" if option.low <= value <= option.high else f"from {option.low:g} to {option.high:g}"
