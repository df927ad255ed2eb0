"""The nodes of a booster: its columns, its raw score, what becomes of that, and its library asked for the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from shall.core.errors import InputError
from shall.graph.booster import Booster
from shall.graph.columns import Columns, stack
from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside
from shall.graph.kinds import Array
from shall.graph.value import Value


def raw(booster: Booster, x: Given, **settings: Any) -> Value:
    """The raw score [rows, outputs]; ``settings``: of its operation, beside its own."""
    if booster.op == "linear_single":
        return Value(booster.op, (beside(_columns(booster, x)),), {**booster.settings, **settings})
    value, order = _coded(booster, x)
    return Value(booster.op, (value,), {**_reordered(booster.settings, order), **settings})


def said(booster: Booster, score: Value) -> Value:
    """What the library predicts of a raw score: probabilities, or numbers."""
    if booster.link is None:
        raise InputError(f"what a booster of the objective {booster.objective!r} predicts is not known: take its raw "
                         "score by decision_function, and say what becomes of it")
    score = score / booster.divisor if booster.divisor != 1 else score
    if booster.precision == "single" and booster.link in ("sigmoid", "softmax", "exp"):
        return Value("link_single", (score,), {"function": booster.link})
    if booster.link == "argmax":
        return n.decided(range(booster.outputs), score)
    if booster.link == "step":
        return n.number(score > 0.0, score)
    return _double(booster, score)


def _double(booster: Booster, score: Value) -> Value:
    if booster.link == "sigmoid":
        return n.sigmoid(score * booster.scale if booster.scale != 1 else score)
    if booster.link == "softmax":
        return n.softmax(score)
    if booster.link == "exp":
        return n.exp(score)
    if booster.link == "softplus":
        return n.elementwise("log1p", n.exp(score))
    return n.elementwise("sign", score) * score * score if booster.link == "signed_square" else score


def _columns(booster: Booster, x: Given) -> list[Value]:
    """Each column, in its order. InputError where there are not as many, or others."""
    if isinstance(x, Columns):
        spaced = {name.replace(" ", "_"): name for name in x}       # LightGBM writes _ for a space
        names = [name if name in x else spaced.get(name, name) for name in booster.names]
        x = x.only(names) if names and all(name in x for name in names) else x
    found = list(x.values()) if isinstance(x, Columns) else list(x) if x.kind.width > 1 else [x]
    if len(found) != booster.width:
        raise InputError(f"the booster was fitted on {booster.width} columns and is given {len(found)}: give it those "
                         "that it was fitted on, in their order")
    return found


def _coded(booster: Booster, x: Given) -> tuple[Value, Array]:
    """Numbers and codes as one value, and the column of the booster that each of its columns is."""
    if not isinstance(x, Columns) and x.kind.what == "number" and not categories(booster, [x] * booster.width):
        if x.kind.width != booster.width:
            _columns(booster, x)
        return x, np.arange(booster.width)
    columns = _columns(booster, x)
    known = categories(booster, columns)
    plain, coded = [place for place in range(booster.width) if place not in known], sorted(known)
    for place in plain:
        if columns[place].kind.what == "text":
            raise InputError(f"column {place} of the booster ({' '.join(columns[place].names)}) is text, and it keeps "
                             "no categories of it: give it the numbers that it was fitted on")
    parts = [stack(*(columns[place] for place in plain))] if plain else []
    for words in (True, False):             # texts beside each other cost one table
        some = [place for place in coded if (columns[place].kind.what == "text") is words]
        if some:
            parts.append(_codes([columns[place] for place in some], [known[place] for place in some]))
            plain += some
    return beside(parts), np.array(plain)


def _codes(columns: Sequence[Value], known: Sequence[tuple[Any, ...]]) -> Value:
    """Codes of categories in their order; missing where it is none of them, as the libraries have it."""
    for column, values in zip(columns, known, strict=True):
        name = " ".join(column.names) or "a column"
        if not values:
            raise InputError(f"the booster lost the categories of {name}: XGBoost damages names beyond ASCII. Give "
                             "them other names before it is fitted, or give it codes in place of the texts")
        if len({type(one) is str for one in values}) > 1 or any(type(one) is bool for one in values):
            raise InputError(f"the categories of {name} of the booster are of several kinds: train it on texts, or on "
                             "numbers")
    words = columns[0].kind.what == "text"
    listed = tuple(values if words else np.array(values, dtype=np.float64) for values in known)
    codes = tuple(np.arange(len(values), dtype=np.float64) for values in known)
    return Value("codes", (stack(*columns),), {"categories": listed, "codes": codes, "unknown": np.array([np.nan]),
                                               "missing": np.array([np.nan])})


def categories(booster: Booster, columns: Sequence[Value]) -> Mapping[int, tuple[Any, ...]]:
    """What the codes of each column stand for; those that are only listed belong to the columns of text.

    A number where categories are text is a code already, as the libraries have it.
    """
    texts = [place for place, one in enumerate(columns) if one.kind.what == "text"]
    if booster.categories is not None:
        return {place: values for place, values in booster.categories.items()
                if place in texts or (values and not _all_text(values))}
    if not booster.listed or (not texts and all(_all_text(values) for values in booster.listed)):
        return {}
    if len(texts) != len(booster.listed) == len(booster.coded):
        return dict(zip(booster.coded, booster.listed, strict=True))
    if len(texts) != len(booster.listed):
        raise InputError(f"the booster has categories of {len(booster.listed)} columns, and {len(texts)} of the "
                         "columns given are text: give it the columns that it was fitted on, categories as text")
    return dict(zip(texts, booster.listed, strict=True))


def _all_text(values: Sequence[Any]) -> bool:
    return all(isinstance(one, str) for one in values)


def _reordered(settings: Mapping[str, Any], order: Array) -> dict[str, Any]:
    """The same trees over columns in another order."""
    place = np.argsort(order).astype(np.int32)
    found = {**settings, "feature": place[settings["feature"]]}
    found |= {name: settings[name][order] for name in ("zero", "whole") if name in settings}
    if "column" in settings:
        found["column"] = np.where(settings["column"] < 0, -1, place[settings["column"]]).astype(np.int32)
    return found


def started(booster: Booster, shift: int) -> Booster:
    """The same, whose first trees, the start, are so many last bits larger."""
    if not shift:
        return booster
    value = booster.settings["value"].copy()
    first = [~root for root in booster.settings["roots"][:booster.outputs] if root < 0]
    for _ in range(abs(shift)):
        value[first] = np.nextafter(value[first], np.float32(np.copysign(np.inf, shift)))
    return replace(booster, settings={**booster.settings, "value": value})


def asked(method: Callable[[Any], Any], booster: Booster, parts: Sequence[Value], named: bool) -> Callable[..., Array]:
    """A library's method asked with numpy's rows, or with a frame of named columns and categories where need be."""
    columns = [one for part in parts for one in (part if part.kind.width > 1 else [part])]
    known = categories(booster, columns)
    names = [" ".join(one.names) or str(place) for place, one in enumerate(columns)]

    def call(*arrays: Array) -> Array:
        flat = [array[:, place] for array in arrays for place in range(array.shape[1])]
        rows = _frame(names, flat, known) if known or named else np.column_stack(flat)
        found = np.asarray(method(rows))
        return found.reshape(len(found), -1)

    return call


def _frame(names: Sequence[str], columns: Sequence[Array], known: Mapping[int, tuple[Any, ...]]) -> Any:
    import pandas

    return pandas.DataFrame({name: _category(column, known[place]) if place in known else column
                             for place, (name, column) in enumerate(zip(names, columns, strict=True))})


def _category(column: Array, known: tuple[Any, ...]) -> Any:
    import pandas

    places = {value: place for place, value in enumerate(known)}
    codes = [places.get(value, -1) for value in column.tolist()]
    return pandas.Categorical.from_codes(codes, categories=list(known))
