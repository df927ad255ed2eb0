"""A fitted model with data, as a log of what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.answers import lists_of
from shall.adapters.frames import TableLog, table_of
from shall.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says of n rows."""

    classes: list[Any]                              # none: a regressor
    decided: NDArray[Any] | None = None             # [n]: classes
    values: NDArray[np.float64] | None = None       # [n, k]: probabilities by class; [n, 1]: predictions
    sets: NDArray[np.bool_] | None = None           # [n, k]: of a conformal classifier
    ends: tuple[NDArray[np.float64], ...] = ()      # lower and upper, of a conformal regressor


def log(model: Any, X: Any, y: Any = None, *, positive: Any = None, **columns: Any) -> TableLog:
    """What a fitted model says of some rows.

    Args:
        model: anything with ``predict``; a classifier has ``classes_`` too, and ``predict_proba`` for scores
            (scikit-learn, LightGBM, XGBoost). A Booster of LightGBM or XGBoost tells by its objective what it is.
        X: the rows, as the model takes them; columns of a frame are kept in the log.
        y: labels, array-like [n]; without them measures of labels are not available.
        positive: the positive class; of two, the last of ``classes_``. Of several it makes the model one of two
            classes: this one, and the rest.
        columns: further columns of the log, such as a group that the model does not see.

    Returns a log to check or to ``write``. Two classes: ``score``, ``decision`` and ``label``, 1 for the positive
    class. Several: ``decision`` and ``label`` as text, ``score_CLASS`` for each. A regressor: ``score``, its
    prediction, and ``label``. A conformal one (`shall.ConformalClassifier`, `shall.ConformalRegressor`) adds
    ``prediction_set``, or ``lower`` and ``upper``; the column that its groups are of is among ``columns``, or of X.

    Raises DataError where lengths differ, the model is not fitted, or y has a class that it does not know.

        >>> from sklearn.datasets import load_breast_cancer
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> X, y = load_breast_cancer(return_X_y=True, as_frame=True)
        >>> log(DecisionTreeClassifier(max_depth=2).fit(X, y), X, y).rows
        569
    """
    said = _conformal(model, X, columns, _said(model, X))
    made = columns_of(said, y, positive)
    for name, values in (*_features(X).items(), *columns.items()):
        if name in made:
            raise DataError(f"two columns would be called {name}: rename the one of the data")
        made[name] = values if isinstance(values, pa.Array | pa.ChunkedArray) else _array(values)
    lengths = {name: len(values) for name, values in made.items()}
    if len(set(lengths.values())) != 1:
        raise DataError(f"columns of different lengths: {lengths}")
    return TableLog(pa.table(made), f"the log of {type(model).__name__}")


def _said(model: Any, X: Any) -> Said:
    name = type(model).__name__
    if hasattr(model, "save_config") and hasattr(model, "inplace_predict"):
        return _of_xgboost(model, X)
    if hasattr(model, "dump_model") and hasattr(model, "num_model_per_iteration"):
        return _of_lightgbm(model, X)
    if not hasattr(model, "predict"):
        raise DataError(f"{name} is no model: it has no `predict`")
    classes = list(getattr(model, "classes_", ()))
    if not classes and (hasattr(model, "predict_proba") or hasattr(model, "decision_function")):
        raise DataError(f"{name} is not a fitted classifier: it has no classes")
    if len(classes) == 1:
        raise DataError(f"{name} knows one class only, {classes[0]!r}: there is nothing to decide")
    try:
        if not classes:
            return Said([], values=_matrix(model.predict(X)))
        chance = _matrix(model.predict_proba(X)) if hasattr(model, "predict_proba") else None
        return Said(classes, np.asarray(model.predict(X)), chance)
    except (ValueError, TypeError) as error:        # of a model that is not fitted, or of other columns
        raise DataError(f"{name} cannot predict these rows: {str(error).splitlines()[0]}") from error


def _conformal(model: Any, X: Any, columns: dict[str, Any], said: Said) -> Said:
    """With its sets, or its intervals, where it has some."""
    if not hasattr(model, "conformal_"):
        return said
    by = getattr(model, "by", None)
    given = {"sensitive_features": {by: columns[by]}} if by in columns else {}
    try:
        return replace(said, sets=model.sets(X, **given)) if said.classes else replace(
            said, ends=model.interval(X, **given))
    except ValueError as error:
        raise DataError(f"{type(model).__name__} cannot answer these rows: {str(error).splitlines()[0]}") from error


def _of_lightgbm(model: Any, X: Any) -> Said:
    """A Booster: classes are 0 to k - 1, as it was given them."""
    objective = str(model.dump_model(num_iteration=1).get("objective", "")).split(" ")[0]
    several = int(model.num_model_per_iteration())
    values = _matrix(model.predict(X))
    if several > 1:
        return _probable(values)
    return _probable(values) if objective in ("binary", "cross_entropy") else Said([], values=values)


def _of_xgboost(model: Any, X: Any) -> Said:
    """A Booster: classes are 0 to k - 1, as it was given them."""
    learner = json.loads(model.save_config())["learner"]
    objective = learner["learner_train_param"]["objective"]
    values = _matrix(model.inplace_predict(X))
    if objective == "multi:softmax":
        return Said(list(range(int(learner["learner_model_param"]["num_class"]))), values[:, 0].astype(np.int64))
    if objective in ("binary:logitraw", "binary:hinge"):
        raise DataError(f"a Booster of the objective {objective} gives no probabilities: train it with binary:logistic")
    return _probable(values) if objective in ("binary:logistic", "multi:softprob") else Said([], values=values)


def _probable(values: NDArray[np.float64]) -> Said:
    """Probabilities of the classes 0 to k - 1; one column is that of class 1."""
    both = np.column_stack([1 - values, values]) if values.shape[1] == 1 else values
    decided = (values[:, 0] >= 0.5).astype(np.int64) if values.shape[1] == 1 else both.argmax(axis=1)
    return Said(list(range(both.shape[1])), decided, both)


def columns_of(said: Said, y: Any, positive: Any) -> dict[str, Any]:
    """What was said, and the labels, as columns of a log."""
    if not said.classes:
        assert said.values is not None
        made: dict[str, Any] = {"score": pa.array(np.ascontiguousarray(said.values[:, 0]))}
        made |= dict(zip(("lower", "upper"), map(pa.array, said.ends), strict=False))
        return made if y is None else {**made, "label": _numbers(y)}
    if positive is None and len(said.classes) > 2:
        return _several(said, y)
    chosen = said.classes[-1] if positive is None else positive
    if chosen not in said.classes:
        raise DataError(f"the model has no class {chosen!r}; it has {_plain(said.classes)}")
    made = {}
    if said.values is not None:
        made["score"] = pa.array(np.ascontiguousarray(said.values[:, said.classes.index(chosen)]))
    made["decision"] = pa.array((said.decided == chosen).astype(np.int8))
    if said.sets is not None:
        mine = said.sets[:, said.classes.index(chosen)]
        rest = np.delete(said.sets, said.classes.index(chosen), axis=1).any(axis=1)
        made["prediction_set"] = lists_of(np.column_stack([rest, mine]), pa.array([0, 1], pa.int8()))
    if y is not None:
        wanted = _plain([chosen])[0]
        made["label"] = pa.array([None if value is None else int(value == wanted) for value in
                                  _labels(y, said.classes)], pa.int8())
    return made


def _several(said: Said, y: Any) -> dict[str, Any]:
    text = {value: _text(value) for value in _plain(said.classes)}
    assert said.decided is not None
    made: dict[str, Any] = {"decision": pa.array([text[value] for value in said.decided.tolist()])}
    if y is not None:
        made["label"] = pa.array([None if value is None else text[value] for value in _labels(y, said.classes)],
                                 pa.string())
    if said.sets is not None:
        made["prediction_set"] = lists_of(said.sets, pa.array([*text.values()], pa.string()))
    if said.values is not None:
        made |= {f"score_{name}": pa.array(np.ascontiguousarray(said.values[:, place]))
                 for place, name in enumerate(text.values())}
    return made


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _matrix(values: Any) -> NDArray[np.float64]:
    """float64[n, k]."""
    found = np.asarray(values, dtype=np.float64)
    return found.reshape(len(found), -1)


def _numbers(y: Any) -> pa.Array | pa.ChunkedArray:
    try:
        return _array(y).cast(pa.float64())
    except pa.ArrowException as error:
        raise DataError(f"y holds no numbers, and the model is a regressor: {str(error).splitlines()[0]}") from error


def _labels(y: Any, classes: list[Any]) -> list[Any]:
    """The labels as plain values; DataError for one that the model does not know."""
    values = _array(y).to_pylist()
    if strange := {value for value in values if value is not None} - {*_plain(classes)}:
        raise DataError(f"y has the class {min(strange, key=str)!r}, which the model does not know: {_plain(classes)}")
    return list(values)


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
