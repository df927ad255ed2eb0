"""Rows as scikit-learn gives them, as a table whose columns have roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.frames import TableLog, table_of
from shall.core.errors import InputError, MissingExtra

try:
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import _check_sample_weight, check_array, check_consistent_length, validate_data
    from sklearn.utils.validation import column_or_1d as one_column
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

LABEL: Final = "shall_label"
WEIGHT: Final = "shall_weight"


class WrongInput(InputError, ValueError):
    """What the user gave and can mend, as scikit-learn expects to be told."""


@contextmanager
def as_value_errors() -> Iterator[None]:
    """What is wrong with the input is told as `WrongInput`; a missing library stays what it is."""
    try:
        yield
    except InputError as error:
        if isinstance(error, ValueError | MissingExtra):
            raise
        raise WrongInput(str(error)) from error


def by_place(X: Any) -> Any:
    """Rows that can be taken by place."""
    return X if hasattr(X, "columns") else np.asarray(X)


@dataclass(frozen=True)
class Given:
    """What `fit` was given: the features, the target, protected columns, weights float64[n]."""

    X: pa.Table
    y: NDArray[Any]
    sensitive: pa.Table
    weight: NDArray[np.float64] | None = None

    def take(self, rows: NDArray[Any]) -> Given:
        """Some rows."""
        return Given(self.X.take(rows), self.y[rows], self.sensitive.take(rows),
                     None if self.weight is None else self.weight[rows])

    def table(self, label: pa.Array) -> pa.Table:
        """All columns in one; protected ones take the place of features of the same name."""
        columns = {name: self.X.column(name) for name in self.X.column_names}
        columns |= {name: self.sensitive.column(name) for name in self.sensitive.column_names}
        columns[LABEL] = label
        if self.weight is not None:
            columns[WEIGHT] = pa.array(self.weight)
        return pa.table(columns)


def features(estimator: Any, X: Any, *, reset: bool) -> pa.Table:
    """The features as a table, columns of a bare array as x0, x1, …; ``reset``: they are those to be learned from.

    Text, categories and dates may stand in a frame; a bare array has numbers. Missing values are welcome.
    """
    if hasattr(X, "columns"):
        validate_data(estimator, X, reset=reset, skip_check_array=True)
        if not len(X):
            raise WrongInput(f"there are 0 rows; {type(estimator).__name__} needs at least one")
        table = TableLog(table_of(X), "X").table.select(range(estimator.n_features_in_))    # without pandas' index
    else:
        X = validate_data(estimator, X, reset=reset, dtype="numeric", ensure_all_finite="allow-nan")
        table = pa.table([pa.array(column) for column in X.T], names=[f"x{place}" for place in range(X.shape[1])])
    if reset:
        estimator._columns = table.column_names
    renamed: pa.Table = table.rename_columns(estimator._columns)
    return renamed


def target(y: Any, *, classes: bool, what: str) -> NDArray[Any]:
    """The target [n]: one column, complete; numbers unless there are classes."""
    if y is None:
        raise WrongInput(f"{what} requires y to be passed, but the target y is None")
    if not classes:
        return np.asarray(check_array(one_column(y, warn=True), ensure_2d=False, dtype=np.float64, input_name="y"))
    check_classification_targets(y)
    found = one_column(y, warn=True)
    return np.asarray(found)


def several(y: NDArray[Any]) -> NDArray[Any]:
    """The classes of a target, in order; ValueError where there is but one."""
    classes = np.unique(y)
    if len(classes) < 2:
        raise WrongInput("y has one class only: there is nothing to learn")
    return classes


def weights(sample_weight: Any, X: pa.Table) -> NDArray[np.float64] | None:
    """float64[n], none of them below zero."""
    if sample_weight is None:
        return None
    return np.asarray(_check_sample_weight(sample_weight, np.zeros((len(X), 1)), dtype=np.float64,
                                           ensure_non_negative=True))


def protected(sensitive_features: Any, wanted: Sequence[str], rows: int) -> pa.Table:
    """Protected columns by name: of a frame or mapping, or one bare column, which is the one that is wanted."""
    if sensitive_features is None:
        return pa.table({"": pa.nulls(rows)}).select([])
    if isinstance(sensitive_features, Mapping):
        table = pa.table({str(name): pa.array(values, from_pandas=True)
                          for name, values in sensitive_features.items()})
    elif hasattr(sensitive_features, "columns"):
        table = TableLog(table_of(sensitive_features), "sensitive_features").table
    else:
        values = np.asarray(sensitive_features)
        values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
        name = getattr(sensitive_features, "name", None)
        name = name if name in wanted or len(wanted) != 1 else wanted[0]
        if values.ndim != 1 or not isinstance(name, str):
            raise WrongInput("sensitive_features must tell the names of its columns: give a frame or a mapping, with "
                             f"{', '.join(wanted) or 'the groups of the requirements'}")
        table = pa.table({name: pa.array(values, from_pandas=True)})
    check_consistent_length(np.zeros(rows), np.zeros(len(table)))
    return table


def together(X: pa.Table, *others: Any) -> None:
    """ValueError where something is not of the length of the rows."""
    check_consistent_length(np.zeros(len(X)), *(other for other in others if other is not None))


def groups_of(by: str | None, X: Any, sensitive_features: Any, rows: int) -> NDArray[Any] | None:
    """[rows] the values of one column, of ``sensitive_features`` or else of X; None where none is asked for."""
    if by is None:
        return None
    table = protected(sensitive_features, (by,), rows)
    if by in table.column_names:
        return np.array(table.column(by).to_pylist(), dtype=object)
    if not hasattr(X, "columns") or by not in list(X.columns):
        raise WrongInput(f"by={by!r} is neither a column of X nor of sensitive_features")
    return np.array(list(X[by]), dtype=object)


def parted(rows: int, count: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places to learn from, and ``count`` that are kept, by lot: parted in any other way, rows are not alike."""
    order = np.random.default_rng(seed).permutation(rows)
    return np.sort(order[count:]), np.sort(order[:count])
