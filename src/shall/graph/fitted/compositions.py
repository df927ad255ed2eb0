"""scikit-learn's Pipeline, ColumnTransformer and FeatureUnion: each step by the file that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from shall.core.errors import InputError
from shall.graph.columns import Columns
from shall.graph.converting import Given, said
from shall.graph.fitted._given import beside, columns, name, refused
from shall.graph.value import Value

CLASSES: Final = ("sklearn.Pipeline", "sklearn.ColumnTransformer", "sklearn.FeatureUnion")


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, all columns], or text."""
    if name(fitted) == "ColumnTransformer":
        return _columns(fitted, x)
    if name(fitted) == "FeatureUnion":
        return _union(fitted, x)
    given = _before(fitted, x)
    return said(fitted.steps[-1][1], given, "transform") if _does(fitted.steps[-1][1]) else _whole(fitted, given)


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    return _last(fitted, x, "predict_proba")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] or [n, classes]."""
    return _last(fitted, x, "decision_function")


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    return _last(fitted, x, "predict")


def _last(fitted: Any, x: Given, method: str) -> Value:
    if name(fitted) != "Pipeline":
        raise InputError(f"a {name(fitted)} has no {method}")
    return said(fitted.steps[-1][1], _before(fitted, x), method)


def _before(fitted: Any, x: Given) -> Given:
    """What the last step is given."""
    for _, step in fitted.steps[:-1]:
        x = said(step, x, "transform") if _does(step) else x
    return x


def _does(step: Any) -> bool:
    return step is not None and not isinstance(step, str)


def _whole(fitted: Any, x: Given) -> Value:
    return _together(fitted, list(x.values())) if isinstance(x, Columns) else x


def _columns(fitted: Any, x: Given) -> Value:
    weights: Mapping[str, float] = fitted.transformer_weights or {}
    parts = []
    for key, step, asked in fitted.transformers_:
        places = fitted._transformer_to_input_indices.get(key, ())
        if (isinstance(step, str) and step == "drop") or not len(places):
            continue
        if isinstance(asked, str | int):
            raise refused(fitted, f"gives its step {key} one bare column", f"name it as a list: [{asked!r}]")
        part = _some(fitted, x, list(places))
        made = said(step, part, "transform") if _does(step) else _whole(fitted, part)
        parts.append(made * float(weights[key]) if key in weights else made)
    return _together(fitted, parts)


def _some(fitted: Any, x: Given, places: list[int]) -> Given:
    """Columns by name where it was fitted on named ones; others may be lacking."""
    if isinstance(x, Columns) and hasattr(fitted, "feature_names_in_"):
        wanted = [str(fitted.feature_names_in_[place]) for place in places]
        if lacking := [one for one in wanted if one not in x]:
            raise InputError(f"the {name(fitted)} takes the column {lacking[0]}, which is not there: there are "
                             f"{', '.join(x)}")
        return x.only(wanted)
    found = columns(fitted, x)
    if isinstance(x, Columns):
        return x.only([list(x)[place] for place in places])
    return x[:, places] if places != list(range(len(found))) else x


def _union(fitted: Any, x: Given) -> Value:
    weights: Mapping[str, float] = fitted.transformer_weights or {}
    parts = []
    for key, step in fitted.transformer_list:
        if isinstance(step, str) and step == "drop":
            continue
        made = said(step, x, "transform") if _does(step) else _whole(fitted, x)
        parts.append(made * float(weights[key]) if key in weights else made)
    return _together(fitted, parts)


def _together(fitted: Any, parts: list[Value]) -> Value:
    if not parts:
        raise refused(fitted, "leaves no column", "give it a step that does")
    made = beside(parts)
    names = [one for part in parts for one in part.names]
    return made.named(*names) if len(names) == made.kind.width else made
