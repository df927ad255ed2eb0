"""From a fitted object of another library to nodes that say the same, by the file of `fitted/` that knows its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from shall import registry
from shall.core.errors import InputError
from shall.graph.columns import Columns
from shall.graph.kinds import MISSING, Array
from shall.graph.value import Value

Given = Value | Columns
METHODS = ("predict_proba", "decision_function", "predict", "transform")


def transform(fitted: Any, x: Given) -> Value:
    """What ``fitted.transform`` says: a fitted transformer, ColumnTransformer or Pipeline of them."""
    return said(fitted, x, "transform")


def predict_proba(fitted: Any, x: Given) -> Value:
    """What ``fitted.predict_proba`` says: [rows, classes]."""
    return said(fitted, x, "predict_proba")


def decision_function(fitted: Any, x: Given) -> Value:
    """What ``fitted.decision_function`` says."""
    return said(fitted, x, "decision_function")


def predict(fitted: Any, x: Given) -> Value:
    """What ``fitted.predict`` says: a number, or the class, as text or number."""
    return said(fitted, x, "predict")


def said(fitted: Any, x: Given, method: str) -> Value:
    """The nodes of a method; they are to equal it on every row. InputError where it is not known, or refused."""
    file = file_of(fitted)
    ask = getattr(file, "asked", None)      # a library that wants to be asked in its own way
    if not hasattr(file, method) or not (ask or hasattr(fitted, method)):
        raise InputError(f"there is no {method} of {_name(fitted)}{_others(fitted, file, ask)}")
    x = _by_name(fitted, x)
    parts = tuple(x.values()) if isinstance(x, Columns) else (x,)
    try:
        made: Value = getattr(file, method)(fitted, x)
    except AttributeError as error:
        raise InputError(f"the {_name(fitted)} is not fitted, or of a version that this shall does not know: {error}"
                         ) from error
    call = ask(fitted, method, parts) if ask else _asked(getattr(fitted, method), fitted, _names(x))
    return made if call is None else made.against(f"{_name(fitted)}.{method}", parts, call)


def _others(fitted: Any, file: ModuleType, asked: Any) -> str:
    """What it has instead."""
    found = [name for name in METHODS if hasattr(file, name) and (asked or hasattr(fitted, name))]
    return f"; it has {' and '.join(found)}: use g.{found[0]}(…)" if found else ""


def _by_name(fitted: Any, x: Given) -> Given:
    """The columns that it was fitted on, where it was on named ones and these are."""
    wanted = [str(name) for name in _fitted_names(fitted)]
    names = list(x) if isinstance(x, Columns) else list(x.names)
    spaced = {name.replace(" ", "_"): name for name in names}      # LightGBM writes _ for a space
    wanted = [name if name in names else spaced.get(name, name) for name in wanted]
    if not wanted or not names or names == wanted:
        return x
    if isinstance(x, Columns):              # a table transformer needs only those that it takes
        return x.only([name for name in wanted if name in names])
    return x[wanted] if set(wanted) <= set(names) else x        # else they were named by an earlier step


def _fitted_names(fitted: Any) -> Sequence[str]:
    names = getattr(fitted, "feature_names_in_", None)
    if names is None or list(names) == [f"Column_{place}" for place in range(len(names))]:  # LightGBM's, of no names
        return ()
    return list(names)


def file_of(fitted: Any) -> ModuleType:
    """The file of `fitted/` that knows the class, or one that it is derived from. InputError."""
    if isinstance(fitted, type):
        raise InputError(f"{fitted.__name__} is a class; give a fitted object")
    for one in type(fitted).__mro__:
        if file := _files().get(f"{one.__module__.partition('.')[0]}.{one.__name__}"):
            return file
    raise InputError(f"a {_name(fitted)} cannot be put into a graph: there is no file for it in shall/graph/fitted, "
                     "and no plug-in. Say what it does by the functions of shall.graph, or by @graph.function")


@cache
def _files() -> Mapping[str, ModuleType]:
    ids = (*registry.within("graph", "fitted"), *registry.plugged_in("graph"))
    files = [registry.find("graph", name) for name in ids]
    return {name: file for file in files for name in getattr(file, "CLASSES", ())}


def _names(x: Given) -> list[str]:
    """What its columns are called, one after the other; nothing for one that has no name."""
    if isinstance(x, Columns) and all(value.kind.width == 1 for value in x.values()):
        return list(x)
    parts = x.values() if isinstance(x, Columns) else (x,)
    return [name for part in parts for name in (part.names or ("",) * part.kind.width)]


def _asked(method: Callable[..., Any], fitted: Any, names: Sequence[str]) -> Callable[..., Array]:
    """The method asked as its library wants to be asked: with a frame where it was fitted on one."""
    wanted = list(_fitted_names(fitted))
    framed = bool(names) and (names == wanted or set(names) < set(wanted))
    absent = missing_text(fitted)

    def call(*arrays: Array) -> Array:
        columns = [_python(array[:, place], absent) for array in arrays for place in range(array.shape[1])]
        rows = _frame(names, columns) if framed else _matrix(columns)
        said = method(rows)
        said = said.toarray() if hasattr(said, "toarray") else np.asarray(said)
        said = said.astype(np.float64) if said.dtype.kind == "b" else said
        return said.reshape(len(said), -1)

    return call


def missing_text(fitted: Any) -> Any:
    """How a missing text was told to what is fitted: NaN where scikit-learn's parts were never given None."""
    if not type(fitted).__module__.startswith("sklearn"):
        return None
    return None if _knows_none(fitted, 8) else np.nan


def _knows_none(fitted: Any, levels: int) -> bool:
    if isinstance(fitted, list | tuple | set):
        return any(_knows_none(one, levels - 1) for one in fitted)
    if isinstance(fitted, Mapping):
        return any(_knows_none(one, levels - 1) for one in fitted.values())
    if not levels or not type(fitted).__module__.startswith("sklearn") or not hasattr(fitted, "__dict__"):
        return False
    told = [value for one in getattr(fitted, "categories_", ()) for value in np.asarray(one, dtype=object)]
    if hasattr(fitted, "missing_values"):
        told.append(fitted.missing_values)
    return any(value is None for value in told) or _knows_none(vars(fitted), levels - 1)


def _python(column: Array, absent: Any) -> Array:
    """Text as objects, a missing one as None or NaN."""
    if column.dtype.kind not in "UO":
        return column
    return np.array([absent if text == MISSING else text for text in column.tolist()], dtype=object)


def _matrix(columns: Sequence[Array]) -> Array:
    mixed = any(column.dtype.kind == "O" for column in columns)
    return np.column_stack([column.astype(object) for column in columns] if mixed else list(columns))


def _frame(names: Sequence[str], columns: Sequence[Array]) -> Any:
    import pandas

    return pandas.DataFrame(dict(zip(names, columns, strict=True)))


def _name(fitted: Any) -> str:
    return type(fitted).__name__
