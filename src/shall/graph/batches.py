"""Tables of Arrow with nothing odd about them, packed in a few calls: a call a column costs more than a small graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input

NUMBERS: Final = frozenset({"double", "float", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))})
TEXTS: Final = frozenset({"string", "large_string"})


class _Plan(NamedTuple):
    schema: Any
    numbers: list[int] | None               # places of the columns; None where one is missing or odd
    texts: list[int] | None


class Packer:
    """Packs what it can: numbers of Arrow's numeric types, texts that are all of one type."""

    def __init__(self, numbers: Sequence[Input], texts: Sequence[Input]) -> None:
        self._numbers, self._texts = tuple(numbers), tuple(texts)
        self._plan: _Plan | None = None     # of the tables before, which are most often like the next one

    def __call__(self, table: Any) -> dict[str, Array]:
        """`numbers` float64[n, k] and `texts` object[n, m] of a table or record batch; without what is odd."""
        plan = self._plan
        if plan is None or not plan.schema.equals(table.schema):
            plan = self._plan = self._planned(table.schema)
        packed = {"numbers": None if plan.numbers is None else _numbers(table, plan.numbers),
                  "texts": None if plan.texts is None else _texts(table, plan.texts)}
        return {name: value for name, value in packed.items() if value is not None}

    def _planned(self, schema: Any) -> _Plan:
        types = dict(zip(schema.names, map(str, schema.types), strict=True))
        numbers = _places(self._numbers, schema.names)
        if not all(one.what == "number" and types.get(one.name) in NUMBERS for one in self._numbers):
            numbers = None
        of_texts = {types.get(one.name, "") for one in self._texts}
        texts = _places(self._texts, schema.names) if len(of_texts) == 1 and of_texts <= TEXTS else None
        return _Plan(schema, numbers, texts)


def _places(inputs: Sequence[Input], names: list[str]) -> list[int] | None:
    """Where they are, or None where one is twice or not at all."""
    if any(names.count(one.name) != 1 for one in inputs):
        return None
    return [names.index(one.name) for one in inputs] or None


def _numbers(table: Any, places: list[int]) -> Array | None:
    """What is missing is NaN; whole numbers beyond 2**53 are rounded, as Python's float rounds them."""
    if (batch := _batch(table, places)) is None:
        return None
    packed: Array = batch.to_tensor(null_to_nan=True).to_numpy()
    return packed.astype(np.float64, copy=False)


def _texts(table: Any, places: list[int]) -> Array | None:
    """None, too, where one is no UTF-8."""
    from pyarrow import ArrowException, concat_arrays  # there already, since the rows are its

    if (batch := _batch(table, places)) is None:
        return None
    joined = concat_arrays(batch.columns)
    try:
        coded = (joined.fill_null(MISSING) if joined.null_count else joined).dictionary_encode()
        words = coded.dictionary.to_numpy(zero_copy_only=False)         # one object a text, which stays in the cache
    except ArrowException:
        return None
    packed: Array = words[np.ascontiguousarray(coded.indices.to_numpy().reshape(len(places), -1).T)]
    return packed


def _batch(table: Any, places: list[int]) -> Any:
    """Some columns as one record batch; None where there are no rows."""
    batches = table.to_batches() if hasattr(table, "to_batches") else [table]
    if len(batches) > 1:
        batches = table.select(places).combine_chunks().to_batches()
        places = list(range(len(places)))
    return batches[0].select(places) if len(batches) == 1 else None
