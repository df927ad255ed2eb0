"""The typical row of some rows: the median or the most frequent value of each input, no row of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall.graph import edge
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input

FEW: Final = 10                             # rows: what fewer have in common is not told
MICROSECONDS: Final = 10**6

Plain = str | int | float | bool | None


def typical(inputs: Sequence[Input], rows: pa.Table) -> dict[str, Plain] | None:
    """A value for each input; None for one that is mostly missing, or a text that hardly two rows share.

    Of numbers and dates the lower median, which is a value that occurs; of texts the most frequent one, the first in
    order where several are. None where there are fewer than FEW rows.
    """
    if rows.num_rows < FEW:
        return None
    packed = edge.packed(inputs, rows)
    numbers = [one for one in inputs if one.what != "text"]
    texts = [one for one in inputs if one.what == "text"]
    found: dict[str, Plain] = {one.name: _most_frequent(packed["texts"][:, place].tolist())
                               for place, one in enumerate(texts)}
    for place, one in enumerate(numbers):
        column = rows.column(one.name)
        found[one.name] = _most_frequent(_texts(column)) if one.what == "hashed" else \
            _median(packed["numbers"][:, place], one, column.type)
    return {one.name: found[one.name] for one in inputs}


def _median(values: Array, asked: Input, kind: pa.DataType) -> Plain:
    known = values[~np.isnan(values)]
    if 2 * len(known) < len(values) or not len(known):
        return None
    middle = float(np.quantile(known, 0.5, method="inverted_cdf"))
    if not np.isfinite(middle):
        return None
    if asked.what == "date":
        return datetime.fromtimestamp(middle / MICROSECONDS, UTC).isoformat()
    if pa.types.is_boolean(kind):
        return bool(middle)
    return int(middle) if middle.is_integer() and abs(middle) < 2**53 and (known == np.floor(known)).all() else middle


def _most_frequent(values: Sequence[str]) -> str | None:
    value, count = min(Counter(values).items(), key=lambda one: (-one[1], one[0]))
    return None if value == MISSING or count < FEW else value


def _texts(column: Any) -> list[str]:
    """As the graph hashes them."""
    found: list[str] = edge.packed([Input("texts", "text")], pa.table({"texts": column}))["texts"][:, 0].tolist()
    return found
