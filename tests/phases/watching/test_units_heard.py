"""Of each unit the first row in a window is heard: as sets would say it, in any batches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.phases.watching.units_heard import KEPT, UnitsHeard


def by_sets(units: list[object], index: list[int]) -> list[bool]:
    seen: dict[int, set[object]] = {}
    found = []
    for unit, window in zip(units, index, strict=True):
        if window not in seen and len(seen) == KEPT:
            if window < min(seen):
                found.append(unit is None)
                continue
            del seen[min(seen)]
        known = seen.setdefault(window, set())
        found.append(unit is None or unit not in known)
        known.add(unit)
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.dictionary(pa.int32(), pa.string())])
def test_as_sets_say_it_in_any_batches_and_after_a_stop(seed: int, kind: pa.DataType) -> None:
    rng, rows = np.random.default_rng(seed), 3_000
    drawn = rng.integers(0, 200, rows).tolist()
    units = [None if one == 0 else one if kind == pa.int64() else f"p{one}" for one in drawn]
    index = np.sort(rng.integers(0, 6, rows)) if seed % 2 else rng.integers(0, 4, rows)
    expected = by_sets(units, index.tolist())
    heard, start, found = UnitsHeard(), 0, list[bool]()
    column = pa.array(units, pa.string() if pa.types.is_dictionary(kind) else kind)
    while start < rows:
        size = int(rng.integers(1, 400))
        some = column.slice(start, size)
        found += heard.heard(some.dictionary_encode() if pa.types.is_dictionary(kind) else some,
                             index[start:start + size]).tolist()
        start += size
        if rng.random() < 0.3:
            again = UnitsHeard()
            again.restored(heard.described())
            heard = again
    assert found == expected


def test_no_row() -> None:
    assert UnitsHeard().heard(pa.array([], pa.string()), np.zeros(0, dtype=np.int64)).tolist() == []
