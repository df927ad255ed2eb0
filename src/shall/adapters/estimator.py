"""A fitted classifier with data, as a log of its decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from shall.adapters.frames import TableLog, table_of
from shall.core.errors import DataError


def log(model: Any, X: Any, y: Any = None, *, positive: Any = None, **columns: Any) -> TableLog:
    """What a fitted binary classifier decides on some rows.

    Args:
        model: anything with ``predict``, and with ``predict_proba`` and ``classes_`` for a score
            (scikit-learn, LightGBM, XGBoost).
        X: the rows, as the model takes them; columns of a frame are kept in the log.
        y: labels, array-like [n]; without them measures of labels are not available.
        positive: the positive class; the last of ``classes_``.
        columns: further columns of the log, such as a group that the model does not see.

    Returns a log with ``score``, ``decision``, ``label`` and the columns, to check or to ``write``.

    Raises DataError where lengths differ or the model is not binary.

        >>> from sklearn.datasets import load_breast_cancer
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> X, y = load_breast_cancer(return_X_y=True, as_frame=True)
        >>> log(DecisionTreeClassifier(max_depth=2).fit(X, y), X, y).rows
        569
    """
    classes = list(getattr(model, "classes_", ()))
    if len(classes) != 2:
        raise DataError(f"{type(model).__name__} is not a fitted binary classifier: it has {len(classes)} classes")
    chosen = classes[-1] if positive is None else positive
    if chosen not in classes:
        raise DataError(f"the model has no class {chosen!r}; it has {classes}")
    made: dict[str, Any] = {}
    if hasattr(model, "predict_proba"):
        made["score"] = pa.array(np.asarray(model.predict_proba(X), dtype=np.float64)[:, classes.index(chosen)])
    made["decision"] = pa.array((np.asarray(model.predict(X)) == chosen).astype(np.int8))
    if y is not None:
        made["label"] = _labels(y, classes, chosen)
    for name, values in (*_features(X).items(), *columns.items()):
        if name in made:
            raise DataError(f"two columns would be called {name}: rename the one of the data")
        made[name] = values if isinstance(values, pa.Array | pa.ChunkedArray) else _array(values)
    lengths = {name: len(values) for name, values in made.items()}
    if len(set(lengths.values())) != 1:
        raise DataError(f"columns of different lengths: {lengths}")
    return TableLog(pa.table(made), f"the log of {type(model).__name__}")


def _labels(y: Any, classes: list[Any], chosen: Any) -> pa.Array:
    """int8[n]: 1 for the positive class; DataError for one that the model does not know."""
    values = _array(y).to_pylist()
    if strange := {value for value in values if value is not None} - {*_plain(classes)}:
        raise DataError(f"y has the class {min(strange, key=str)!r}, which the model does not know: {_plain(classes)}")
    wanted = _plain([chosen])[0]
    return pa.array([None if value is None else int(value == wanted) for value in values], pa.int8())


def _plain(values: list[Any]) -> list[Any]:
    """Python's own scalars of numpy's."""
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _array(values: Any) -> pa.Array | pa.ChunkedArray:
    """Any one-dimensional sequence; nan is missing."""
    if hasattr(values, "__arrow_c_stream__"):
        return pa.chunked_array(values)
    flat = np.asarray(values) if not hasattr(values, "index") or isinstance(values, np.ndarray) else values
    return pa.array(flat, from_pandas=True)


def _features(X: Any) -> dict[str, Any]:
    """The columns of a frame by name; nothing for a bare array."""
    if isinstance(X, np.ndarray | list | tuple):
        return {}
    table = table_of(X)
    return dict(zip(table.column_names, table.columns, strict=True))
