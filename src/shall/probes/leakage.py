"""How much one feature alone tells of the label, row by row.

The label's shares in each value (or bin) of the feature, learned on four fifths of the rows, say how likely the label
of each row of the last fifth is. What that takes away of the uncertainty about the label is counted as a proxy's is
(`probes/proxy.py`): a feature that is different in every row has told nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes import proxy

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def answers(codes: Ints, label: Ints, seed: int = 0) -> Floats:
    """float64[rows]: what the feature tells of the row's label, in units of the entropy; nan where it has no label.

    Args:
        codes: int64[rows], the values or bins of the feature from 0; missing is one of them.
        label: int64[rows], from 0 without gaps; -1 where it is missing.
        seed: of the folds.

    Raises DataError where fewer than 50 rows have a label, or all the same one.
    """
    known = label >= 0
    counts = np.bincount(label[known])
    if known.sum() < proxy.FEWEST or len(counts) < 2 or not counts.all():
        raise DataError(f"a leak needs {proxy.FEWEST} rows with a label and two labels; there are {int(known.sum())} "
                        f"rows and {int((counts > 0).sum())} labels")
    found = np.full(len(label), np.nan)
    found[known] = proxy.answers(codes[known, None].astype(np.float64), label[known], _shares, seed)
    return found


def _shares(X: Floats, y: Ints, classes: int) -> proxy.Ask:
    """Learn the shares of each class by value, drawn a little to those of all rows."""
    codes = X[:, 0].astype(np.int64)
    size = int(codes.max(initial=-1)) + 1
    counts = np.bincount(codes * classes + y, minlength=size * classes).reshape(size, classes).astype(np.float64)
    shares = counts.sum(axis=0) / max(len(y), 1)
    by_code = np.vstack([(counts + shares) / (counts.sum(axis=1, keepdims=True) + 1), shares])

    def ask(held: Floats) -> Floats:
        return np.asarray(by_code[np.minimum(held[:, 0].astype(np.int64), size)])
    return ask
