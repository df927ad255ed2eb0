"""Which units were heard in the newest windows, each as a number of 64 bits: their names are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.tally.units import keys_of

KEPT: Final = 2                             # windows whose units are remembered
Keys = NDArray[np.uint64]


class UnitsHeard:
    """Rows of one unit depend on each other: of each, the first row in a window is heard.

    A window older than the newest `KEPT` is forgotten, and none of its rows is heard. The keys of a window lie in
    sorted pieces, each less than half as large as the one before: a new row costs little, however many came.
    """

    def __init__(self) -> None:
        self._pieces: dict[int, list[Keys]] = {}

    def heard(self, units: pa.Array, index: NDArray[np.int64], late: NDArray[np.bool_] | None = None,
              ) -> NDArray[np.bool_]:
        """bool[rows]; a row whose unit is missing is a unit of its own.

        ``late``, bool[rows]: where it is given, rows of forgotten windows are marked in it.
        """
        missing = np.asarray(pc.is_null(units, nan_is_null=True).to_numpy(zero_copy_only=False))
        keys, found = keys_of(units), missing.copy()
        if not len(index):
            return found
        for first, last in pairwise([0, *(np.flatnonzero(np.diff(index)) + 1).tolist(), len(index)]):
            if (pieces := self._of(int(index[first]))) is None:
                if late is not None:
                    late[first:last] = True
                continue
            there = np.flatnonzero(~missing[first:last]) + first
            unique, at = np.unique(keys[there], return_index=True)
            known = [_within(unique, one) for one in pieces]
            fresh = ~np.logical_or.reduce([np.zeros(len(unique), dtype=bool), *known])
            found[there[at[fresh]]] = True
            _add(pieces, unique[fresh])
        return found

    def described(self) -> dict[int, list[bytes]]:
        """The pieces of each window, to go on from."""
        return {window: [one.astype("<u8").tobytes() for one in pieces] for window, pieces in self._pieces.items()}

    def restored(self, told: Mapping[int, list[bytes]]) -> None:
        """Go on from what `described` told."""
        self._pieces = {window: [np.frombuffer(one, dtype="<u8").astype(np.uint64) for one in pieces]
                        for window, pieces in told.items()}

    def _of(self, window: int) -> list[Keys] | None:
        if window not in self._pieces:
            if len(self._pieces) == KEPT:
                oldest = min(self._pieces)
                if window < oldest:
                    return None
                del self._pieces[oldest]
            self._pieces[window] = []
        return self._pieces[window]


def _within(some: Keys, piece: Keys) -> NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(piece, some), len(piece) - 1)
    return np.asarray(piece[places] == some)


def _add(pieces: list[Keys], fresh: Keys) -> None:
    if not len(fresh):
        return
    pieces.append(fresh)
    while len(pieces) > 1 and 2 * len(pieces[-1]) >= len(pieces[-2]):
        last = pieces.pop()
        pieces[-1] = np.sort(np.concatenate([pieces[-1], last]), kind="stable")
