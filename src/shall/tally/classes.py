"""Rows of a subject with several classes: which is decided, and where the own class stands; -1 where not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.log import MISSING, GroupDef
from shall.tally.axes import RANKS
from shall.tally.codes import FEW, UNKNOWN, group_codes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def index_of(column: pa.Array, classes: Sequence[str]) -> Ints:
    """int64[rows]: the index of each row's class."""
    codes, names = group_codes(column, GroupDef("class", "class"))
    place = {name: index for index, name in enumerate(classes)}
    return np.array([place.get(name, -1) for name in names] or [-1], dtype=np.int64)[codes]


def strange(column: pa.Array, classes: Sequence[str]) -> tuple[str, ...]:
    """The first few classes that occur and are not among those given, sorted."""
    codes, names = group_codes(column, GroupDef("class", "class"))
    if {*names} <= {*classes, MISSING}:
        return ()
    found = {names[code] for code in np.unique(codes).tolist()}
    return tuple(sorted(found - {*classes, MISSING})[:FEW])


def highest(scores: Floats) -> Ints:
    """int64[rows]: the class with the highest score, of several the first; -1 where a score is missing."""
    whole = ~np.isnan(scores).any(axis=1)
    return np.where(whole, np.argmax(np.where(np.isnan(scores), -np.inf, scores), axis=1), -1)


def top(scores: Floats) -> Floats:
    """float64[rows]: the highest score; nan where one is missing."""
    return np.asarray(scores.max(axis=1))


def own(scores: Floats, label: Ints) -> Floats:
    """float64[rows]: the score of the row's own class."""
    chosen = np.take_along_axis(scores, np.maximum(label, 0)[:, None], axis=1)[:, 0]
    return np.where(label >= 0, chosen, np.nan)


def rank(scores: Floats, label: Ints) -> Ints:
    """int64[rows]: how many classes stand before the row's own; of equal scores the later class stands first."""
    mine = own(scores, label)[:, None]
    later = np.arange(scores.shape[1]) > label[:, None]
    before = ((scores > mine) | ((scores == mine) & later)).sum(axis=1)
    known = ~np.isnan(mine[:, 0]) & ~np.isnan(scores).any(axis=1)
    return np.where(known, np.minimum(before, RANKS - 2), RANKS - 1)


def against_others(decided: Ints, place: int) -> NDArray[np.int8]:
    """int8[rows]: 1 where this class is decided, 0 where another is, 2 where none is."""
    return np.where(decided < 0, UNKNOWN, (decided == place).astype(np.int8))


def same(label: Ints, decided: Ints) -> NDArray[np.int8]:
    """int8[rows]: whether both are one class; 2 where either is not known."""
    return np.where((label < 0) | (decided < 0), UNKNOWN, (label == decided).astype(np.int8))
