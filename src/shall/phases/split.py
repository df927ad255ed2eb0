"""`split`: make train and gate of one log, so that the gate stays unseen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError, InputError

By = Literal["hash", "time", "unit"]

CHANCE: Final = 5.0                 # standard errors: keys whose share is further off were parted by this hash before


@dataclass(frozen=True, slots=True)
class Split:
    """The two parts, and how they were made."""

    train: pa.Table
    gate: pa.Table
    how: str


def split(table: pa.Table, share: float, by: By = "hash", column: str | None = None) -> Split:
    """Part a table: ``share`` of the rows (of the units, the latest rows) become the gate.

    ``hash`` keys on the id column, or on the place of the row where there is none; ``unit`` keeps the
    rows of one unit together; ``time`` puts the latest rows into the gate. The same rows always part
    in the same way; one part of an earlier split is parted by another hash.
    """
    if not 0 < share < 1:
        raise InputError(f"the gate's share of the rows lies between 0 and 1; this is {share}")
    if by != "hash" and column is None:
        raise InputError(f"a split by {by} needs a column: --column NAME")
    if column is not None and column not in table.column_names:
        raise DataError(f"there is no column {column}; there are {', '.join(table.column_names)}")
    if by == "time":
        chosen, how = _latest(table.column(column), share), f"the latest {share:.0%} of the rows by {column}"
    else:
        keys = table.column(column) if column else pa.array(np.arange(table.num_rows))
        chosen, anew = _hashed(keys, share)
        how = f"{share:.0%} of the rows by {'another' if anew else 'a'} hash of {column or 'the place of the row'}"
        how += ", since these are one part of an earlier split" if anew else ""
    gate, train = table.filter(pa.array(chosen)), table.filter(pa.array(~chosen))
    if not gate.num_rows or not train.num_rows:
        raise DataError(f"one of both parts would be empty: {train.num_rows:,} and {gate.num_rows:,} rows")
    return Split(train, gate, how)


def _hashed(keys: pa.ChunkedArray | pa.Array, share: float) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], bool]:
    """bool[rows]: the distinct keys whose SHA-256 falls into the first ``share`` of its range.

    And whether that had to be another hash than the first: where the keys are what it left of an earlier split, far too
    few of them fall there, or too many.
    """
    encoded = (keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys).dictionary_encode()
    limit, known = int(share * 2**64), encoded.dictionary.to_pylist()
    far = CHANCE * (share * (1 - share) / max(len(known), 1)) ** 0.5
    for turn in count():
        first = np.array([int.from_bytes(hashlib.sha256(f"{'again ' * turn}{key}".encode()).digest()[:8], "big") < limit
                          for key in known] + [False])
        if not known or abs(first[:-1].mean() - share) <= far:
            break
    codes = pc.fill_null(encoded.indices, len(first) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(first[codes]), turn > 0


def _latest(times: pa.ChunkedArray, share: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """bool[rows]: the latest rows; rows of the same instant stay together, on the gate's side."""
    order = pc.rank(pc.fill_null(times, pc.min(times)), tiebreaker="max")      # rows without a time are old
    return np.asarray(order.to_numpy()) > (1 - share) * len(times)
