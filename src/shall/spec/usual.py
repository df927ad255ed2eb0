"""The lines that are usually asked of a subject, and what a model without any use reaches on its label."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from shall.core.line import Bound, Number
from shall.core.words import written_name
from shall.spec.guesses import ColumnProfile, Kind

ENOUGH: Final = 1_000                               # rows
BETTER: Final = 0.9                                 # of the error of a constant, which a model shall not exceed
WAY: Final = 0.25                                   # from the share of the largest class to 1
ROOM: Final = 1.05                                  # times the error now


class Useless(NamedTuple):
    """A line that a constant answer does not keep, and what the constant reaches, in words."""

    line: str = ""
    words: str = ""


NO_WORDS: Final = Useless()


class About(NamedTuple):
    """What decides which lines are proposed."""

    kind: Kind
    labelled: bool
    scored: bool
    useless: Useless


def useless(kind: Kind, label: ColumnProfile | None) -> Useless:
    """Of a number the error of its mean, of several classes the share of the largest one."""
    if label is None or kind == "binary":
        return NO_WORDS
    if kind == "regressor":
        spread = label.spread or 0.0
        limit = _rounded(BETTER * spread) if spread > 0 else Number(1.0, text="1")
        return Useless(f"root_mean_squared_error <= {limit}", f"the mean as every answer has {spread:.4g}")
    rows = [count for _, count in label.values]
    share = max(rows) / sum(rows)
    least = min(math.ceil((share + WAY * (1 - share)) * 20) / 20, 0.95)
    return Useless(f"accuracy >= {least:.2f}", f"the largest class as every answer has {share:.4g}")


def kept(value: float, kind: Kind) -> Bound:
    """A limit that the model keeps now, with some room: of shares a multiple of 0.05."""
    if kind == "regressor":
        return Bound(high=_rounded(value * ROOM))
    limit = max(0.5 if kind == "binary" else 0.05, math.floor((value - 0.01) * 20) / 20)
    return Bound(low=Number(limit, text=f"{limit:.2f}"))


def usual_lines(about: About, groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and lines; the limits are customs to start from, not law."""
    yield "enough", f"rows >= {ENOUGH}"
    of_kind = {"binary": _binary, "multiclass": _multiclass, "regressor": _regressor}
    yield from of_kind[about.kind](about, groups)


def _binary(about: About, groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    if about.labelled:
        yield "useful", "roc_auc >= 0.70" if about.scored else "accuracy >= 0.70"
    for group in groups:
        name, over = _named(group)
        yield f"fair_{name}", f"ratio of selection_rate over {over} >= 0.80"
        if about.labelled:
            yield f"equal_{name}", f"difference of true_positive_rate, false_positive_rate over {over} <= 0.10"
    if about.labelled and about.scored:
        over = f" over {', '.join(map(written_name, groups))}" if groups else ""
        yield "calibrated", f"calibration_error{over} <= 0.05"


def _multiclass(about: About, groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not about.labelled:
        return
    yield "useful", about.useless.line
    yield "each", "recall over class >= 0.50"
    for name, over in map(_named, groups):
        yield f"equal_{name}", f"difference of accuracy over {over} <= 0.10"
    if about.scored:
        yield "calibrated", "top_label_calibration_error <= 0.05"


def _regressor(about: About, groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not about.labelled:
        return
    yield "useful", about.useless.line
    for name, over in map(_named, groups):
        yield f"equal_{name}", f"ratio of mean_absolute_error over {over} >= 0.80"


def _named(group: str) -> tuple[str, str]:
    """A group as part of the name of a line, and as a line names it."""
    return re.sub(r"\W", "_", group), written_name(group)


def _rounded(value: float) -> Number:
    """A number of three figures, written without an exponent."""
    digits = max(2 - math.floor(math.log10(value)), 0) if value > 0 else 0
    return Number(round(value, digits), text=f"{value:.{digits}f}")
