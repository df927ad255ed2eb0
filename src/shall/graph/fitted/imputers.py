"""scikit-learn's SimpleImputer and MissingIndicator, for numbers and for text."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, columns, missing, name, refused
from shall.graph.value import Value

CLASSES: Final = ("sklearn.SimpleImputer", "sklearn.MissingIndicator")


def transform(fitted: Any, x: Given) -> Value:
    """As many columns as it keeps, and its indicators."""
    given = columns(fitted, x)
    if name(fitted) == "MissingIndicator":
        return _indicators(fitted, given)
    made = _filled(fitted, given)
    if getattr(fitted, "indicator_", None) is None or not len(fitted.indicator_.features_):
        return made
    if made.kind.what == "text":
        raise refused(fitted, "gives text and indicators side by side", "use a MissingIndicator beside it")
    return beside([made, _indicators(fitted.indicator_, given)])


def _filled(fitted: Any, given: list[Value]) -> Value:
    words = given[0].kind.what == "text"
    kept = [place for place, one in enumerate(fitted.statistics_) if _kept(fitted, one)]
    if not kept:
        raise refused(fitted, "leaves no column", "drop it from the pipeline")
    value = beside([given[place] for place in kept])
    names = [one for place in kept for one in given[place].names]
    fills = [fitted.statistics_[place] for place in kept]
    if words:
        made = beside([n.filled(given[place], str(fitted.statistics_[place])) for place in kept])
    else:
        made = n.where(_gone(fitted, value), n.constant(np.array(fills, dtype=np.float64)), value)
    return made.named(*names) if len(names) == made.kind.width else made


def _kept(fitted: Any, fill: Any) -> bool:
    return fitted.strategy == "constant" or fitted.keep_empty_features or not missing(fill)


def _indicators(fitted: Any, given: list[Value]) -> Value:
    value = beside([given[int(place)] for place in fitted.features_])
    said = n.number(_gone(fitted, value), value)
    return said if missing(fitted.missing_values) else n.unless(value.isna(), said)


def _gone(fitted: Any, value: Value) -> Value:
    """Where a value is missing, as the fitted object has it."""
    if missing(fitted.missing_values):
        return value.isna()
    if value.kind.what == "text":
        raise refused(fitted, f"takes {fitted.missing_values!r} for missing", "missing text is None in shall")
    return value == float(fitted.missing_values)
